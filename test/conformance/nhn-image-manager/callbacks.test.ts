import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { define, endOf, exec, job, put } from './recipes-setup.ts';
import { api, codeOf, form, png, shop, startInstallation, upload } from './setup.ts';

let receiver: Server;
let hook: string;
let server: TestServer;
/** What came in, and how the next ones are answered. */
let received: { url: string; type: string; body: Record<string, unknown> }[] = [];
let answers: number[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, answer) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    received.push({
      url: request.url ?? '',
      type: request.headers['content-type'] ?? '',
      body: JSON.parse(text),
    });
    const status = answers.shift() ?? 204;
    if (status === 302) answer.setHeader('location', `${hook}/moved`);
    answer.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  hook = `http://127.0.0.1:${port}/hook`;
  server = await startInstallation({ settings: { outboundAllow: [`127.0.0.1:${port}`] } });
  await define(server, 'gray-2', [job('gray')]);
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await server.close();
});
beforeEach(() => {
  received = [];
  answers = [];
});

const come = (count: number) => expect.poll(() => received.length, { interval: 10 }).toBe(count);
const sendMany = (params: object, ...names: string[]) =>
  png().then((bytes) =>
    api(server, 'POST', '/images', {
      body: form([
        ['params', JSON.stringify(params)],
        ...names.map((name) => ['files', bytes, name] as const),
      ]),
    }),
  );

test('27. a callback goes to port 80 or 443 or a listed place, and its id comes back as text', async () => {
  const elsewhere = await sendMany({ basepath: '/cb', callbackUrl: 'http://127.0.0.1:8080/x' }, 'no.png');
  expect(codeOf(elsewhere)).toBe(11_051);
  const answer = await sendMany({ basepath: '/cb', callbackUrl: `${hook}?id=100&x=1` }, 'aa.png');
  expect(codeOf(answer)).toBe(0);
  await come(1);
  expect(received[0]).toMatchObject({
    url: '/hook?id=100&x=1',
    type: 'application/json',
    body: { id: '100' },
  });
});

test('28. the callback of an upload tells what became of each file', async () => {
  await put(server, '/told/taken.png', await png());
  const answer = await sendMany({ basepath: '/told', callbackUrl: hook }, 'taken.png', 'new.png');
  expect(codeOf(answer)).toBe(1);
  await come(1);
  expect(received[0]?.body).toEqual({
    header: { isSuccessful: false, resultCode: 1, resultMessage: 'Partial Success' },
    id: '',
    successFiles: [
      {
        id: expect.any(String),
        name: 'new.png',
        path: '/told/new.png',
        url: `${server.url}/i/${shop.container}/told/new.png`,
        width: 40,
        height: 30,
        sizeByte: expect.any(Number),
        overwritten: false,
        updatedAt: expect.stringMatching(/\+0900$/),
      },
    ],
    failFiles: [
      {
        name: 'taken.png',
        path: '/told/taken.png',
        sizeByte: expect.any(Number),
        resultCode: 20_010,
        resultMessage: 'There is same file name.',
      },
    ],
  });
});

test('48. each source and operation is told on its own: what was made, that it was there, that it failed', async () => {
  await put(server, '/each/vertical.png', await png(40, 30));
  await define(server, 'slice-v', [job('slice', { sliceSize: 20, callbackUrl: `${hook}/own?id=7` })]);
  await define(server, 'outside', [job('rectangle', { width: 5, height: 5, offsetX: 9000 })]);
  const recipes = ['slice-v', 'outside'];
  expect(codeOf(await exec(server, ['/each/vertical.png'], recipes, { callbackUrl: `${hook}?id=100` }))).toBe(
    0,
  );
  await come(3);
  const byName = (name: string, url: string) =>
    received.find(({ body, url: to }) => body.operationId === name && to.startsWith(url))?.body;
  const base = `${server.url}/i/${shop.container}/each`;
  const sourceFile = { url: `${base}/vertical.png`, name: 'vertical.png', path: '/each/vertical.png' };
  const piece = (name: string) => ({ url: `${base}/${name}`, name, path: `/each/${name}` });
  const done = {
    header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
    id: '100',
    overwritten: false,
    operationId: 'slice-v',
    sourceFile,
    resultFiles: [piece('vertical_slice-v_0000.png'), piece('vertical_slice-v_0001.png')],
  };
  expect(byName('slice-v', '/hook?')).toEqual(done);
  expect(byName('slice-v', '/hook/own')).toEqual({ ...done, id: '7' });
  expect(byName('outside', '/hook?')).toEqual({
    header: { isSuccessful: false, resultCode: 500_201, resultMessage: 'Operation fail. ' },
    id: '100',
    overwritten: false,
    operationId: 'outside',
    sourceFile,
  });

  received = [];
  await exec(server, ['/each/vertical.png'], ['slice-v'], { callbackUrl: hook });
  await come(2);
  expect(received.map(({ body }) => body.overwritten)).toEqual([true, true]);
});

test("a split's own callback is told whatever started the task, an upload too", async () => {
  await define(server, 'told', [job('slice', { sliceSize: 0, callbackUrl: hook })]);
  await upload(server, '/start/up.png', await png(), { operationIds: 'told,gray-2' });
  await come(1);
  expect(received[0]?.body).toMatchObject({ operationId: 'told', sourceFile: { path: '/start/up.png' } });
});

test('a callback that fails or redirects is tried again after a second, and changes nothing else', async () => {
  await put(server, '/again/x1.png', await png());
  answers = [302, 204];
  const { queues } = (await exec(server, ['/again/x1.png'], ['gray-2'], { callbackUrl: hook })).json;
  expect(await endOf(server, queues[0].queueId)).toBe('D');
  await come(2);
  expect(received.map(({ url }) => url)).toEqual(['/hook', '/hook']);
  expect(received[1]?.body).toEqual(received[0]?.body);
});

test('a private address that is not listed is never called, and the task is done all the same', async () => {
  await put(server, '/private/x1.png', await png());
  const { queues } = (
    await exec(server, ['/private/x1.png'], ['gray-2'], { callbackUrl: 'http://localhost/hook' })
  ).json;
  expect(await endOf(server, queues[0].queueId)).toBe('D');
  const dead = async () =>
    (await server.server.parts.work.deadLetters({ limit: 10 })).map(({ kind, tries }) => `${kind} ${tries}`);
  await expect.poll(dead, { interval: 10 }).toContain('nhn-image-manager.callback 1');
  expect(received).toEqual([]);
});
