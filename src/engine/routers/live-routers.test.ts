import { describe, expect, it } from 'vitest';
import { databases, type TestEngine, useTestEngines } from '../../../test/harness/engine.ts';
import { FakeRouter } from '../../../test/harness/fake-router.ts';
import { whileTimePasses } from '../../../test/harness/passing-time.ts';
import { ManualClock } from '../../storage/index.ts';
import type { RouteTarget } from '../routes/index.ts';

const { engine: open } = useTestEngines();
const shop = 'shop.localhost';
const soon = () => AbortSignal.timeout(100_000);

const put = (room: TestEngine) =>
  room.storage.write((unit) =>
    room.engine.routes.put(unit, { host: shop, targets: [], whenEmpty: 'not here', dialect: 'test' }),
  );
const set = (room: TestEngine, targets: readonly RouteTarget[]) =>
  room.storage.write((unit) => room.engine.routes.setTargets(unit, shop, targets));

describe.each(databases)('live routers on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (more: Parameters<typeof open>[0] = {}) => open({ databaseUrl: await url(), ...more });

  test('a change is applied when every live router has it, and a router that is gone is not waited for', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { routerGone: 300 } });
    const follower = await new FakeRouter(room.engine.routers).follow();
    const slow = new FakeRouter(room.engine.routers);
    await put(room);
    await slow.poll();
    const version = await set(room, [{ pool: 'a', weight: 100 }]);
    const held = slow.listen();
    await room.engine.routes.applied(version - 1, soon());
    await expect(room.engine.routes.applied(version, AbortSignal.timeout(50))).rejects.toThrow();
    slow.take(await held);
    const later = slow.listen();
    await room.engine.routes.applied(version, soon());
    const next = await set(room, [{ pool: 'b', weight: 100 }]);
    await later;
    await slow.stop();
    await whileTimePasses(clock, room.storage, room.engine.routes.applied(next, soon()));
    expect((await room.engine.routes.routers()).map(({ live }) => live).sort()).toEqual([false, true]);
    await follower.stop();
  });

  test('a router whose process was seen to end is not waited for, until it calls again', async () => {
    const room = await engine({ timing: { routerGone: 600_000, routerBroken: 600_000 } });
    const router = new FakeRouter(room.engine.routers);
    await put(room);
    await router.poll();
    const version = await set(room, [{ pool: 'a', weight: 100 }]);
    const applied = room.engine.routes.applied(version, soon());
    await expect(room.engine.routes.applied(version, AbortSignal.timeout(50))).rejects.toThrow();
    await room.engine.routers.ended(router.id);
    await applied;
    await router.listen(0);
    await expect(room.engine.routes.applied(version, AbortSignal.timeout(50))).rejects.toThrow();
    await router.poll();
    await router.poll();
    await room.engine.routes.applied(version, soon());
  });

  test('a router whose call broke off is waited for shortly, one that was answered for longer', async () => {
    const room = await engine({ timing: { routerGone: 600_000, routerBroken: 200 } });
    const [broken, answered] = [new FakeRouter(room.engine.routers), new FakeRouter(room.engine.routers)];
    await put(room);
    await broken.poll();
    await answered.poll();
    await answered.poll();
    const held = broken.listen();
    await broken.stop();
    await held;
    const version = await set(room, [{ pool: 'a', weight: 100 }]);
    const live = async () => (await room.engine.routes.routers()).filter((router) => router.live);
    await expect.poll(live, { timeout: 30_000 }).toMatchObject([{ id: answered.id }]);
    await expect(room.engine.routes.applied(version, AbortSignal.timeout(50))).rejects.toThrow();
    await answered.poll();
    await answered.poll();
    await room.engine.routes.applied(version, soon());
  });

  test('a process that ended is not taken for the router that holds a call', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { routerGone: 600_000, routerBroken: 600_000 } });
    const router = new FakeRouter(room.engine.routers);
    await put(room);
    await router.poll();
    const held = router.listen();
    await room.engine.routers.ended(router.id);
    const isLive = async () => (await room.engine.routes.routers())[0]?.live;
    expect(await isLive()).toBe(true);
    await router.stop();
    await held;
    expect(await isLive()).toBe(false);
  });

  test('a call that a router gave up for a newer one does not make it broken', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { routerGone: 600_000, routerBroken: 3_000 } });
    const older = new FakeRouter(room.engine.routers);
    await put(room);
    await older.poll();
    const held = older.listen();
    const newer = new FakeRouter(room.engine.routers, older.id);
    newer.applied = older.applied;
    await newer.poll();
    await older.stop();
    await held;
    clock.advance(10_000);
    expect(await room.engine.routes.routers()).toMatchObject([{ id: older.id, live: true }]);
  });

  test('routers that cannot call a server which drains are waited for, and those that were gone before are not', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock });
    const [held, between, gone] = [0, 1, 2].map(() => new FakeRouter(room.engine.routers)) as [
      FakeRouter,
      FakeRouter,
      FakeRouter,
    ];
    await put(room);
    for (const router of [held, between, gone]) await router.poll();
    const broken = gone.listen();
    await gone.stop();
    await broken;
    const call = held.listen();
    room.engine.routers.hearNoMore();
    await held.stop();
    await call;
    for (let seconds = 0; seconds < 60; seconds += 10) clock.advance(10_000);
    const live = (await room.engine.routes.routers()).filter((router) => router.live);
    expect(live.map(({ id }) => id).sort()).toEqual([held.id, between.id].sort());
    const version = await set(room, [{ pool: 'a', weight: 100 }]);
    await expect(room.engine.routes.applied(version, AbortSignal.timeout(50))).rejects.toThrow();
  });

  test('a router that was connected before the server was started again is waited for within the grace', async () => {
    const databaseUrl = await url();
    const before = await open({ databaseUrl, timing: { routerGone: 60_000 } });
    const router = new FakeRouter(before.engine.routers);
    await put(before);
    await router.poll();
    await before.close({ keep: true });
    const after = await open({ databaseUrl, folder: before.folder, timing: { grace: 60_000 } });
    const version = await set(after, [{ pool: 'a', weight: 100 }]);
    await expect(after.engine.routes.applied(version, AbortSignal.timeout(100))).rejects.toThrow();
    const back = new FakeRouter(after.engine.routers, router.id);
    back.applied = router.applied;
    await back.follow();
    await after.engine.routes.applied(version, soon());
    expect(back.table.get(shop)?.pools).toHaveLength(1);
    await back.stop();
  });
});
