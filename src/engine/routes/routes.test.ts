import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  databases,
  serverStep,
  serviceStart,
  type TestEngine,
  useTestEngines,
} from '../../../test/harness/engine.ts';
import { FakeRouter } from '../../../test/harness/fake-router.ts';
import { costlySteps, queryPlans } from '../../../test/harness/query-plans.ts';
import { type InstanceTables, instancesOfHost } from '../instances/index.ts';
import {
  changesSince,
  inServerTime,
  type Route,
  type RouteTables,
  type RouteTarget,
  reachableAddress,
  routeSetKind,
} from './index.ts';

const { engine: open } = useTestEngines();
const shop = 'shop.localhost';
const none: Route = { host: shop, targets: [], whenEmpty: 'not here', dialect: 'test' };
const soon = () => AbortSignal.timeout(100_000);

const put = (room: TestEngine, route: Partial<Route> = {}) =>
  room.storage.write((unit) => room.engine.routes.put(unit, { ...none, ...route }));
const set = (room: TestEngine, targets: readonly RouteTarget[]) =>
  room.storage.write((unit) => room.engine.routes.setTargets(unit, shop, targets));
const startOn = (host: string, pool: string) => ({
  stages: [{ name: 'start', hosts: [host], steps: [serviceStart(randomUUID(), pool)] }],
});

describe.each(databases)('routes on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (more: Parameters<typeof open>[0] = {}) => open({ databaseUrl: await url(), ...more });

  test('refuse weights that do not sum to 100, pools that stand twice and the host names of others', async () => {
    const room = await engine();
    await put(room);
    const wrong = [
      [{ pool: 'a', weight: 99 }],
      [
        { pool: 'a', weight: 50.5 },
        { pool: 'b', weight: 49.5 },
      ],
      [
        { pool: 'a', weight: -1 },
        { pool: 'b', weight: 101 },
      ],
      [
        { pool: 'a', weight: 50 },
        { pool: 'a', weight: 50 },
      ],
    ];
    for (const targets of wrong) await expect(set(room, targets)).rejects.toMatchObject({ code: 'invalid' });
    await expect(put(room, { dialect: 'other' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(put(room, { host: 'Shop:80' })).rejects.toMatchObject({ code: 'invalid' });
    expect(await room.engine.routes.find(shop)).toEqual(none);
    await room.storage.write((unit) => room.engine.routes.remove(unit, shop));
    expect(await room.engine.routes.find(shop)).toBeUndefined();
    await expect(set(room, [])).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a router gets the whole table once, then what changed, and hears of removed names', async () => {
    const room = await engine();
    const router = new FakeRouter(room.engine.routers);
    await put(room);
    await put(room, { host: 'other.localhost' });
    expect(await router.poll()).toMatchObject({ complete: true, routes: [{ host: shop }, { pools: [] }] });
    const held = router.listen();
    await set(room, [{ pool: 'a', weight: 100 }]);
    const answer = await held;
    expect(answer).toMatchObject({ complete: false, removed: [] });
    expect(answer.routes).toEqual([
      { host: shop, whenEmpty: 'not here', pools: [{ pool: 'a', weight: 100, backends: [] }] },
    ]);
    router.take(answer);
    await room.storage.write((unit) => room.engine.routes.remove(unit, 'other.localhost'));
    expect(await router.poll()).toMatchObject({ complete: false, routes: [], removed: ['other.localhost'] });
    const { version } = await router.poll();
    expect(await router.poll()).toEqual({ version, complete: false, routes: [], removed: [] });
    // A table from after the moment that a backup was made in.
    router.applied = version + 100;
    expect(await router.poll()).toMatchObject({ version, complete: true, routes: [{ host: shop }] });
  });

  test('the backends of a pool are its healthy and wanted instances at the address of their host', async () => {
    const room = await engine();
    const router = await new FakeRouter(room.engine.routers).follow();
    const [agent] = await room.agents(['s1']);
    await put(room, { targets: [{ pool: 'a', weight: 100 }] });
    await room.run(startOn('s1', 'a'));
    const [instance] = await room.engine.instances.list({ pools: ['a'] });
    const id = instance?.id ?? '';
    const backends = () => router.table.get(shop)?.pools[0]?.backends;
    const follows = async () => {
      const { version } = await room.storage.read((reader) =>
        reader
          .tables<RouteTables>()
          .selectFrom('routing_version')
          .select('version')
          .executeTakeFirstOrThrow(),
      );
      await room.engine.routes.applied(version, soon());
    };
    await follows();
    expect(backends()).toEqual([{ instance: id, address: '127.0.0.1', port: instance?.port }]);
    agent?.setInstance(id, { healthy: false });
    await agent?.reportInstances();
    await follows();
    expect(backends()).toEqual([]);
    agent?.setInstance(id, { healthy: true, port: 7777 });
    await agent?.reportInstances();
    await follows();
    expect(backends()).toMatchObject([{ port: 7777 }]);
    // Nobody hears the agent any more; what it started goes on.
    await agent?.stop();
    expect(backends()).toHaveLength(1);
    await room.storage.write((unit) => room.engine.instances.retire(unit, 'a'));
    await follows();
    expect(backends()).toEqual([]);
    await router.stop();
  });

  test('a long request holds up nothing but its own route', async () => {
    const room = await engine();
    const router = new FakeRouter(room.engine.routers);
    const version = await put(room);
    await router.poll();
    router.draining = [{ host: 'other.localhost', since: version }];
    await router.poll();
    await room.engine.routes.drained(shop, version, 3600, soon());
    const isDrained = (host: string) =>
      room.engine.routes.drained(host, version, 3600, AbortSignal.timeout(50)).then(
        () => true,
        () => false,
      );
    expect(await isDrained('other.localhost')).toBe(false);
    router.draining = Array.from({ length: 100 }, (_, place) => ({ host: `h${place}`, since: version }));
    await router.poll();
    expect(await isDrained(shop)).toBe(false);
    router.draining = [{ host: 'other.localhost', since: version + 1 }];
    await router.poll();
    await room.engine.routes.drained('other.localhost', version, 3600, soon());
  });

  test('older requests are waited for, but not longer than said', async () => {
    const room = await engine();
    const router = new FakeRouter(room.engine.routers);
    const version = await put(room);
    await router.poll();
    router.listen();
    await room.engine.routes.applied(version, soon());
    await room.engine.routes.drained(shop, version, 0, soon());
    const drained = room.engine.routes.drained(shop, version, 3600, soon());
    router.drained = version;
    router.listen();
    await drained;
    await router.stop();
  });

  test('a route-set step ends when the routers have applied the weights, says so, and does nothing when repeated', async () => {
    const room = await engine();
    const router = await new FakeRouter(room.engine.routers).follow();
    await put(room);
    const targets = [
      { pool: 'a', weight: 25 },
      { pool: 'b', weight: 75 },
    ];
    const plan = {
      stages: [
        { name: 'switch', steps: [serverStep(routeSetKind, { host: shop, targets, drainSeconds: 5 })] },
      ],
    };
    const view = await room.run(plan);
    expect(view.state).toBe('succeeded');
    expect(router.table.get(shop)?.pools.map(({ weight }) => weight)).toEqual([25, 75]);
    const { version } = await router.poll();
    expect((await room.run(plan)).state).toBe('succeeded');
    expect((await router.poll()).version).toBe(version);
    const tail = await room.engine.output(view.stages[0]?.hostRuns[0]?.id ?? 0, 0, 'stdout');
    expect(tail?.size).toBeGreaterThan(0);
    const wrong = await room.run({
      stages: [{ name: 'switch', steps: [serverStep(routeSetKind, { host: shop, targets: [] })] }],
    });
    expect(wrong.state).toBe('failed');
    expect(wrong.stages[0]?.hostRuns[0]?.steps[0]?.reasonText).toContain('drainSeconds');
    await router.stop();
  });

  test('a route-set step whose server went away in its middle ends on the next one', async () => {
    const databaseUrl = await url();
    const timing = { serverLost: 300, renewal: 100 };
    const before = await open({ databaseUrl, timing });
    await put(before);
    const router = new FakeRouter(before.engine.routers);
    await router.poll();
    const held = router.listen();
    const input = { host: shop, targets: [{ pool: 'a', weight: 100 }], drainSeconds: 60 };
    const id = await before.accept({ stages: [{ name: 'a', steps: [serverStep(routeSetKind, input)] }] });
    // The weights stand; the router has heard of them and does not follow them yet.
    expect((await held).routes).toHaveLength(1);
    await before.close({ keep: true });
    const after = await open({ databaseUrl, folder: before.folder, timing: { ...timing, grace: 60_000 } });
    const back = new FakeRouter(after.engine.routers, router.id);
    back.applied = router.applied;
    await back.follow();
    const view = await after.engine.waitForEnd(id, soon());
    expect(view.state).toBe('succeeded');
    expect(back.table.get(shop)?.pools).toMatchObject([{ pool: 'a', weight: 100 }]);
    await back.stop();
  });

  test('only admitted tokens are routers', async () => {
    const room = await engine();
    const token = 'r'.repeat(40);
    await expect(room.engine.routers.authenticate(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    await room.engine.routers.admit(token);
    await room.engine.routers.admit(token);
    await room.engine.routers.authenticate(token);
  });

  test('what a router reaches is known of instances that there are, changes, and goes with them and with the router', async () => {
    const room = await engine();
    await room.agents(['s1']);
    const [one, other] = [randomUUID(), randomUUID()];
    const steps = [serviceStart(one, 'a'), serviceStart(other, 'a')];
    await room.run({ stages: [{ name: 'a', hosts: ['s1'], steps }] });
    const router = new FakeRouter(room.engine.routers);
    const said = async () =>
      (await room.engine.routes.reached([one, other])).map(({ instance, outcome }) => [instance, outcome]);
    const say = (complete: boolean, ...backends: [string, 'reached' | 'refused'][]) =>
      room.engine.routers.reach({
        ...{ router: router.id, complete },
        backends: backends.map(([instance, outcome]) => ({
          instance,
          address: '10.0.0.7',
          port: 80,
          outcome,
        })),
      });
    await say(true, [one, 'reached']);
    expect(await said()).toEqual([]);
    await router.poll();
    await say(true, [one, 'reached'], [other, 'refused'], [randomUUID(), 'reached'], [one, 'refused']);
    expect(new Map(await said().then((all) => all as [string, string][]))).toEqual(
      new Map([
        [one, 'refused'],
        [other, 'refused'],
      ]),
    );
    await say(false, [one, 'reached']);
    await say(false);
    expect((await said()).sort()).toEqual(
      [
        [one, 'reached'],
        [other, 'refused'],
      ].sort(),
    );
    await say(true, [other, 'reached']);
    expect(await said()).toEqual([[other, 'reached']]);
    await room.storage.write((unit) => unit.tables<InstanceTables>().deleteFrom('instance').execute());
    expect(await said()).toEqual([]);
    await say(false, [other, 'reached']);
    expect(await said()).toEqual([]);
  });

  test('measures are counted once, summed over routers, and put together by periods', async () => {
    const room = await engine();
    const measure = (at: number, requests: number) => ({
      ...{ host: shop, pool: 'a', at, requests },
      ...{ errors: 1, milliseconds: 2.4 },
    });
    const run = randomUUID();
    const first = {
      router: randomUUID(),
      run,
      sequence: 1,
      measures: [measure(60_000, 5), measure(60_000, 5)],
    };
    await room.engine.routers.measures(first);
    await room.engine.routers.measures(first);
    await room.engine.routers.measures({ ...first, sequence: 2, measures: [measure(70_000, 1)] });
    await room.engine.routers.measures({ ...first, router: randomUUID(), measures: [measure(60_000, 100)] });
    await room.engine.routers.measures({ ...first, run: randomUUID(), measures: [measure(120_000, 7)] });
    const read = (periodSeconds: number) =>
      room.engine.routes.measures({ hosts: [shop], from: 0, to: 200_000, periodSeconds });
    expect((await read(10)).map(({ at, requests }) => [at, requests])).toEqual([
      [60_000, 110],
      [70_000, 1],
      [120_000, 7],
    ]);
    expect(await read(60)).toEqual([
      { host: shop, pool: 'a', at: 60_000, requests: 111, errors: 4, milliseconds: 8 },
      { host: shop, pool: 'a', at: 120_000, requests: 7, errors: 1, milliseconds: 2 },
    ]);
    await expect(read(15)).rejects.toMatchObject({ code: 'invalid' });
  });
});

const postgres = databases.find(({ name }) => name === 'PostgreSQL');

describe.skipIf(postgres?.missing ?? true)('routes on two servers', () => {
  it('a change here is applied by the routers that call there', async () => {
    const databaseUrl = await postgres?.url();
    const here = await open({ databaseUrl });
    const there = await open({ databaseUrl, folder: here.folder });
    const router = new FakeRouter(there.engine.routers);
    await put(here);
    await router.poll();
    const held = router.listen();
    const version = await set(here, [{ pool: 'a', weight: 100 }]);
    await expect(here.engine.routes.applied(version, AbortSignal.timeout(50))).rejects.toThrow();
    router.take(await held);
    router.listen();
    await here.engine.routes.applied(version, soon());
    expect(await here.engine.routes.routers()).toMatchObject([
      { id: router.id, live: true, applied: version },
    ]);
    await router.stop();
  });
});

it.each([
  ['ten minutes ahead', 1_260_000, 660_000],
  ['ten minutes behind', 60_000, 660_000],
  ['less than half an interval off', 664_900, 660_000],
])('measures of a router whose clock is %s move into the time of the server', (_name, sentAt, at) => {
  // Sent in the moment in which their interval began.
  const measure = { host: shop, pool: 'a', at: sentAt - (sentAt % 10_000), requests: 1, errors: 0 };
  const report = { router: 'r', run: 'r', sequence: 1, measures: [{ ...measure, milliseconds: 1 }] };
  expect(inServerTime({ ...report, sentAt }, 660_000).measures[0]?.at).toBe(at);
  expect(inServerTime(report, 660_000)).toBe(report);
});

describe('the routing table', () => {
  it.each([
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::1', '::1'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['web-1.example.com', 'web-1.example.com'],
  ])('has %s as %s', (address, reachable) => {
    expect(reachableAddress(address)).toBe(reachable);
  });

  it('is read by indexes only, so that a poll costs what changed and not what there is', async () => {
    const room = await open();
    await put(room, { targets: [{ pool: 'a', weight: 100 }] });
    const plans = await queryPlans(room.storage, (reader) => changesSince(reader, 1));
    expect(plans).toHaveLength(4);
    expect(plans.flatMap(costlySteps)).toEqual([]);
    const known = await queryPlans(room.storage, (reader) => instancesOfHost(reader, 's1'));
    expect(known.flatMap(costlySteps)).toEqual([]);
  });
});
