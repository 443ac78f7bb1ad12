import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRouter, type TestRouter } from '../harness/router.ts';
import { startServer, type TestServer } from '../harness/server.ts';

let server: TestServer;
let routers: TestRouter[];

beforeAll(async () => {
  server = await startServer();
  routers = [await startRouter(server), await startRouter(server)];
});
afterAll(async () => {
  for (const router of routers) await router.close();
  await server.close();
});

const whenEmpty = '404 not here yet';
const put = (host: string) =>
  server.server.parts.storage.write((unit) =>
    server.server.parts.engine.routes.put(unit, { host, targets: [], whenEmpty, dialect: 'test' }),
  );

test('when a version is applied, every router routes by it', async () => {
  const { routes } = server.server.parts.engine;
  for (let count = 0; count < 10; count++) {
    const host = `scope-${count}.localhost`;
    await routes.applied(await put(host), AbortSignal.timeout(100_000));
    for (const router of routers)
      expect(await router.call(host)).toMatchObject({ status: 404, text: whenEmpty });
  }
  expect((await routes.routers()).map(({ address, live }) => [address, live]).sort()).toEqual(
    routers.map(({ url }) => [url, true]).sort(),
  );
});

test('routers route on while the server is away, and follow again when it is back', async () => {
  const [router] = routers as [TestRouter];
  await server.crash();
  expect((await router.call('scope-1.localhost')).text).toBe(whenEmpty);
  const version = await put('after.localhost');
  await server.server.parts.engine.routes.applied(version, AbortSignal.timeout(100_000));
  await expect.poll(async () => (await router.call('after.localhost')).text).toBe(whenEmpty);
});
