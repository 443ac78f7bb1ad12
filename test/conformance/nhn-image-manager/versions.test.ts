import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOfThis } from '../../harness/process-life.ts';
import type { TestServer } from '../../harness/server.ts';
import { define, endOf, exec, job, put, shown } from './recipes-setup.ts';
import { api, keys, png, query, shop, startInstallation } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
});
afterAll(() => server.close());

async function tokenOf({ id, secret }: { id: string; secret: string }): Promise<string> {
  const answer = await server.call('/oauth2/token/create', {
    method: 'POST',
    key: { id, secret },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  return answer.json.access_token;
}

const v3 = (method: string, path: string, authorization: string, options = {}) =>
  server.call(`/image/v3.0/appkeys/${shop.appKey}${path}`, {
    ...options,
    method,
    headers: { 'x-nhn-authorization': authorization },
  });

test('60. v3.0 answers as v2.0 does, to a token of a member, with or without Bearer', async () => {
  const token = await tokenOf(keys.member);
  const recipe = { data: [job('resize_max_fit', { width: 10, height: 10 })] };
  const made = await v3('PUT', '/operations/by-token', `Bearer ${token}`, { json: recipe });
  expect(made.json.header.resultCode).toBe(0);
  const uploaded = await v3(
    'PUT',
    `/images${query({ path: '/v3/a1.png', operationIds: 'by-token' })}`,
    token,
    {
      body: new Uint8Array(await png()),
    },
  );
  expect(uploaded.json).toMatchObject({ header: { resultCode: 0 }, file: { queues: [{ status: 'W' }] } });
  expect(await endOf(server, uploaded.json.file.queues[0].queueId)).toBe('D');
  for (const path of ['/folders?basepath=/v3', '/operations/by-token', '/operations', '/users', '/nothing']) {
    expect((await v3('GET', path, `Bearer ${token}`)).json, path).toEqual(
      (await api(server, 'GET', path)).json,
    );
  }
  const run = await v3('POST', '/operations-exec', token, {
    json: { basepath: '/v3', filepaths: ['a1.png'], operationIds: ['by-token'] },
  });
  expect(run.json.queues).toHaveLength(1);
});

test('a bad token, none, and one of somebody outside of the service are refused in the header', async () => {
  for (const authorization of ['Bearer nonsense', '', shop.secretKey]) {
    expect((await v3('GET', '/users', authorization)).json.header.resultCode, authorization).toBe(401);
  }
  const stranger = await tokenOf(keys.stranger);
  expect((await v3('GET', '/users', `Bearer ${stranger}`)).json.header.isSuccessful).toBe(false);
});

/** One that stood still for the time of a task was ended as hung. */
function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

test('58. a server that is killed in the middle of a task ends it after its restart, as another try', async () => {
  await define(server, 'slow', [job('resize_fix', { width: 30, height: 30 })]);
  await put(server, '/crash/a1.png', await png());
  // Who makes the picture stands still until the server is gone, so that it goes in the middle.
  const makers = childrenOfThis('pixels.worker');
  for (const pid of makers) process.kill(pid, 'SIGSTOP');
  const [{ queueId }] = (await exec(server, ['/crash/a1.png'], ['slow'])).json.queues;
  const state = async () => (await api(server, 'GET', `/queues/${queueId}`)).json.queue;
  try {
    await expect.poll(async () => (await state()).status).toBe('P');
    await server.crash();
  } finally {
    for (const pid of makers) goOn(pid);
  }
  // Another replica may run it, as far as PostgreSQL knows: it is taken over when its lease of 30 s has run out.
  expect(await endOf(server, queueId)).toBe('D');
  expect(await state()).toMatchObject({ status: 'D', tryCount: 1 });
  expect((await shown(server, '/crash/a1_slow.png')).status).toBe(200);
}, 180_000);
