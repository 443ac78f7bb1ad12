import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfiguration } from '../../src/config/index.ts';
import { compose, type FrontDoor, type Server } from '../../src/main.ts';
import { cheapHash } from '../harness/identity.ts';
import { silent } from '../harness/storage.ts';

const key = { id: 'ADMINKEY000000000001', secret: 'adminsecret00001' };
const basic = `Basic ${Buffer.from(`${key.id}:${key.secret}`).toString('base64')}`;
const tree = '/projects/r9Zd7vDEmWMfQb00/artifacts/1';

const declaration = {
  principals: [{ name: 'dev@example.com', admin: true, keys: [key] }],
  joinTokens: [{ token: 'join-removed-0000000000000', hosts: ['*'] }],
  nhnDeploy: {
    projects: [
      {
        name: 'demo',
        appKey: 'r9Zd7vDEmWMfQb00',
        members: { 'dev@example.com': 'ADMIN' },
        artifacts: [
          {
            id: 1,
            name: 'shop-api',
            type: 'server',
            commandType: 'CLOUD_AGENT',
            binaryGroups: [{ key: 4, name: 'Default', default: true }],
            serverGroups: [{ id: 2, name: 'web', os: 'LINUX', shell: '/bin/bash', servers: ['s1'] }],
            scenarios: [
              {
                id: 3,
                name: 'release',
                serverGroups: [2],
                tasks: [{ type: 'user-command', name: 'wait', timeoutMinutes: 5, command: 'echo hi' }],
              },
            ],
          },
        ],
      },
    ],
  },
};

let data: string;
let server: Server | undefined;

async function start(doors?: readonly FrontDoor[]): Promise<Server> {
  const { configuration } = await loadConfiguration({ environment: {}, folder: data });
  const settings = { ...configuration, data, port: 0, drainSeconds: 0 };
  return await compose(settings, { log: silent, hashCost: cheapHash, ...(doors ? { doors } : {}) });
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'slipway-removed-'));
});
afterAll(async () => {
  await server?.close();
  await rm(data, { recursive: true, force: true });
});

test('a server without a dialect starts on data that the dialect filled, and ends what it had begun; the dialect hears of it when it is back', async () => {
  server = await start();
  await server.management.applyDeclaration({ document: declaration, by: 'test' });
  // A host that has just joined counts as up, so the deployment waits for its agent to ask.
  const join = {
    token: 'join-removed-0000000000000',
    name: 's1',
    labels: {},
    platform: 'linux-x64',
    agentVersion: '0',
  };
  await server.parts.engine.agents.join(join, '127.0.0.1');
  const accepted = await server.app.inject({
    method: 'POST',
    url: `/api/v1.0${tree}/server-group/2/scenario/3/deploy`,
    headers: { 'x-tc-authentication-id': key.id, 'x-tc-authentication-secret': key.secret },
    payload: { async: true },
  });
  expect(accepted.json().body.deployStatus).toBe('deploying');
  await server.close();

  server = await start([]);
  const headers = { authorization: basic };
  const listed = await server.app.inject({ url: '/api/slipway/v1/rollouts', headers });
  const [rollout] = listed.json().items;
  expect(rollout).toMatchObject({ owner: { dialect: 'nhn-deploy' }, state: 'running' });
  const url = `/api/slipway/v1/rollouts/${rollout.id}`;
  expect(
    (await server.app.inject({ method: 'POST', url: `${url}/cancel`, headers })).statusCode,
  ).toBeLessThan(300);
  expect((await server.app.inject({ url, headers })).json().state).toBe('cancelled');
  expect((await server.app.inject({ url: `/api/v2.0${tree}/deploy-histories` })).statusCode).toBe(404);
  await server.close();

  const back = await start();
  server = back;
  const results = async () => {
    const histories = await back.app.inject({
      url: `/api/v2.0${tree}/deploy-histories`,
      headers: { 'x-tc-authentication-id': key.id, 'x-tc-authentication-secret': key.secret },
    });
    return histories
      .json()
      .body.deployHistories.map((history: { totalResult: string }) => history.totalResult);
  };
  await expect.poll(results, { interval: 10 }).toEqual(['FAIL']);
});
