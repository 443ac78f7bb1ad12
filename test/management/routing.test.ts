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

test('a host says what each live router found when it tried its instances, and nothing of routers that are gone', async () => {
  const { routers } = server.server.parts.engine;
  const [live, gone] = [new FakeRouter(routers), new FakeRouter(routers)];
  for (const router of [live, gone]) {
    await router.poll();
    await routers.reach({
      ...{ router: router.id, complete: true },
      backends: [
        { instance: open, address: '127.0.0.1', port, outcome: 'reached' },
        { instance: shut, address: '127.0.0.1', port: 1, outcome: 'timed-out' },
        { instance: randomUUID(), address: '127.0.0.1', port: 1, outcome: 'reached' },
      ],
    });
  }
  await routers.ended(gone.id);
  const said = async (): Promise<unknown[]> => {
    const { items } = await get('/hosts/s1/instances?reach=true');
    const of = (instance: string) => items.find(({ id }: { id: string }) => id === instance).routers;
    return [open, shut].map((instance) =>
      of(instance)
        .filter(({ id }: { id: string }) => id === live.id || id === gone.id)
        .map(({ id, outcome }: { id: string; outcome: string }) => [id, outcome]),
    );
  };
  expect(await said()).toEqual([[[live.id, 'reached']], [[live.id, 'timed-out']]]);
  const env = {
    ...{ SLIPWAY_URL: server.url },
    ...{ SLIPWAY_KEY_ID: adminKey.id, SLIPWAY_KEY_SECRET: adminKey.secret },
  };
  const { stdout } = await runCommand(['describe', 'host', 's1'], { env });
  expect(stdout).toContain('does NOT reach 1 of 2 instances');
  expect(stdout).toContain(`${shut} at 127.0.0.1:1: it gets no answer within 2 s`);
  await routers.reach({
    ...{ router: live.id, complete: true },
    backends: [{ instance: open, address: '127.0.0.1', port, outcome: 'reached' }],
  });
  const better = await runCommand(['describe', 'host', 's1'], { env });
  expect(better.stdout).toContain('reaches the instance that it sends requests to');
  // Where it tried is not where the instance is now.
  await routers.reach({
    ...{ router: live.id, complete: true },
    backends: [{ instance: open, address: '10.0.0.7', port, outcome: 'refused' }],
  });
  expect(await said()).toEqual([[[live.id, 'untried']], [[live.id, 'untried']]]);
  await live.stop();
});

test('one instance, one router and one pool are described, and what there is not is said so', async () => {
  const router = new FakeRouter(server.server.parts.engine.routers);
  await router.poll();
  const env = {
    ...{ SLIPWAY_URL: server.url },
    ...{ SLIPWAY_KEY_ID: adminKey.id, SLIPWAY_KEY_SECRET: adminKey.secret },
  };
  const slipway = async (...args: string[]) => (await runCommand(args, { env })).stdout;
  expect(await slipway('describe', 'instance', open)).toMatch(new RegExp(`id +${open}\\n`));
  expect(await slipway('describe', 'router', router.id)).toMatch(/live +true\n/);
  const pool = await slipway('describe', 'pool', 'shop');
  expect(pool).toMatch(/routes +100% of shop\.localhost\n/);
  for (const instance of [open, shut]) expect(pool).toContain(instance);
  expect(JSON.parse(await slipway('describe', 'pool', 'shop', '-o', 'json')).instances).toHaveLength(2);
  expect(await slipway('get', 'pools')).toMatch(/shop +test +2 +2 +100% of shop\.localhost/);
  for (const path of ['/instances/none', '/routers/none', '/pools/none']) {
    expect(await get(path)).toMatchObject({ statusCode: 404, code: 'not-found' });
  }
  await router.stop();
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
