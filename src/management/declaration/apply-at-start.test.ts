import { afterEach, expect, test } from 'vitest';
import { adminKey, startServer, type TestServer } from '../../../test/harness/server.ts';

const declaration = {
  nhnDeploy: {
    projects: [{ name: 'demo', artifacts: [{ id: 1, name: 'shop-api', type: 'server' }] }],
  },
};

let server: TestServer | undefined;
afterEach(() => server?.close());

test('a server starts although somebody removed what its declaration names by id', async () => {
  server = await startServer({ declaration });
  const artifact = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';
  expect((await server.call(artifact, { method: 'DELETE', key: adminKey })).status).toBe(204);
  await server.restart();
  expect((await server.call('/readyz')).status).toBe(200);
  expect((await server.call(artifact, { key: adminKey })).status).toBe(404);
});

test('a declaration with mistakes that never was applied stops the start', async () => {
  const artifacts = [
    { id: 1, name: 'a', type: 'server' },
    { id: 1, name: 'b', type: 'server' },
  ];
  await expect(
    startServer({ declaration: { nhnDeploy: { projects: [{ name: 'demo', artifacts }] } } }),
  ).rejects.toThrow('nhnDeploy/projects/demo/artifacts');
});
