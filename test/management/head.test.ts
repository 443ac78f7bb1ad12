import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey, startServer, type TestServer } from '../harness/server.ts';

let server: TestServer;
beforeAll(async () => {
  const scenarios = [{ id: 3, name: 'release', tasks: [] }];
  const artifacts = [{ id: 1, name: 'shop-api', type: 'server', scenarios }];
  server = await startServer({ declaration: { nhnDeploy: { projects: [{ name: 'demo', artifacts }] } } });
});
afterAll(() => server.close());

const artifact = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';

test.each(['/docs', `${artifact}/deployments.csv`, `${artifact}/scenarios/3/export`])(
  'HEAD %s answers the headers of GET',
  async (path) => {
    const [head, get] = await Promise.all([
      server.call(path, { method: 'HEAD', key: adminKey }),
      server.call(path, { key: adminKey }),
    ]);
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['content-type', 'content-disposition']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  },
);

test.each([
  ['/healthz', 200],
  ['/readyz', 200],
  ['/', 302],
])('HEAD %s answers as GET does', async (path, status) => {
  const [head, get] = await Promise.all([server.call(path, { method: 'HEAD' }), server.call(path)]);
  expect([head.status, get.status, head.text]).toEqual([status, status, '']);
  expect(head.headers.get('location')).toBe(get.headers.get('location'));
});

test('HEAD of an export needs the permission of the export', async () => {
  expect((await server.call(`${artifact}/deployments.csv`, { method: 'HEAD' })).status).toBe(401);
});
