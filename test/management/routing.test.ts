import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../cli/run-command.ts';
import { serviceStart } from '../harness/engine.ts';
import { FakeAgent, gatewayLink } from '../harness/fake-agent.ts';
import { FakeRouter } from '../harness/fake-router.ts';
import { adminKey, startServer, type TestServer } from '../harness/server.ts';

let server: TestServer;
let agent: FakeAgent;
let listener: Server;
let port: number;
const [open, shut] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  server = await startServer({ settings: { router: false } });
  listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  port = (listener.address() as { port: number }).port;
  const { engine, storage, identity } = server.server.parts;
  const { token } = await storage.write((unit) => identity.createJoinToken(unit, { hosts: ['*'] }));
  const join = { token, name: 's1', labels: {}, platform: 'linux-x64', agentVersion: 'fake' };
  await engine.agents.join(join, '127.0.0.1');
  agent = new FakeAgent('s1', gatewayLink(engine.agents, 's1')).start();
  const { id } = await storage.write(async (unit) => {
    await engine.routes.put(unit, {
      ...{ host: 'shop.localhost', whenEmpty: '', dialect: 'test' },
      targets: [{ pool: 'shop', weight: 100 }],
    });
    return engine.accept(unit, {
      owner: { dialect: 'test', noun: 'deployment', id: '1' },
      ...{ title: 'shop', resource: '/test', requestedBy: 'admin@test' },
      plan: {
        stages: [
          { name: 'a', hosts: ['s1'], steps: [serviceStart(open, 'shop'), serviceStart(shut, 'shop')] },
        ],
      },
    });
  });
  await engine.waitForEnd(id, AbortSignal.timeout(100_000));
  agent.setInstance(open, { port });
  // Nothing listens on it, whatever the agent says.
  agent.setInstance(shut, { port: 1 });
  await agent.reportInstances();
});
afterAll(async () => {
  await agent?.stop();
  listener?.close();
  await server?.close();
});

const get = async (path: string) => (await server.call(`/api/slipway/v1${path}`, { key: adminKey })).json;

test('instances, routes and routers are listed', async () => {
  const router = new FakeRouter(server.server.parts.engine.routers);
  await router.poll();
  expect((await get('/instances?pool=shop')).items).toHaveLength(2);
  expect((await get('/instances?host=s2')).items).toEqual([]);
  expect((await get('/routes')).items).toMatchObject([
    { host: 'shop.localhost', targets: [{ weight: 100 }] },
  ]);
  expect(await get('/routes/shop.localhost')).toMatchObject({ dialect: 'test' });
  expect((await get('/routes/none.localhost')).statusCode).toBe(404);
  expect((await get('/routers')).items).toMatchObject([{ id: router.id, live: true }]);
  expect(router.table.get('shop.localhost')?.pools[0]?.backends).toHaveLength(2);
  await router.stop();
});

test('the instances of a host say whether the server can reach their ports', async () => {
  const { items } = await get('/hosts/s1/instances?reach=true');
  const reached = new Map(items.map((item: { id: string; reachable: boolean }) => [item.id, item.reachable]));
  expect([reached.get(open), reached.get(shut)]).toEqual([true, false]);
  expect((await get('/hosts/s1/instances')).items[0]).not.toHaveProperty('reachable');
});

test('slipway get and describe show them, and what to do about a port that cannot be reached', async () => {
  const env = {
    ...{ SLIPWAY_URL: server.url },
    ...{ SLIPWAY_KEY_ID: adminKey.id, SLIPWAY_KEY_SECRET: adminKey.secret },
  };
  const slipway = async (...args: string[]) => (await runCommand(args, { env })).stdout;
  expect(await slipway('get', 'instances')).toContain('running');
  expect(await slipway('get', 'routes')).toContain('100% shop');
  expect(await slipway('get', 'routers')).toContain('http://127.0.0.1:4680');
  const described = await slipway('describe', 'host', 's1');
  expect(described).toMatch(new RegExp(`${open} .*yes +${port} +yes`));
  expect(described).toMatch(new RegExp(`${shut} .*yes +1 +NO`));
  expect(described).toContain('--address');
});

test('the gauges count them', async () => {
  const { text } = await server.call('/metrics');
  expect(text).toMatch(/instances 2\n/);
  expect(text).toMatch(/instances_healthy 2\n/);
  expect(text).toMatch(/routers_live \d+\n/);
});
