import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import { declaration, type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

const clock = new ManualClock();
let server: NullplatformServer;
beforeAll(async () => {
  // A deployment that waits for an approval is in progress without a host.
  const { nullplatform } = declaration;
  const guarded = { ...nullplatform, approvalPolicies: [{ nrn: 'organization=1' }] };
  server = await startNullplatform({ declaration: { nullplatform: guarded }, clock });
});
afterAll(() => server.close());

const nrn = 'organization=1:account=2:namespace=3:application=4';

/** The numbers of the secrets in the vault. */
async function vault(): Promise<number[]> {
  const rows = await server.server.parts.storage.read((reader) =>
    reader.tables<{ secret: { id: number } }>().selectFrom('secret').select('id').orderBy('id').execute(),
  );
  return rows.map(({ id }) => id);
}

async function newSecret(name: string): Promise<{ path: string; secretId: number }> {
  const json = { name, nrn, secret: true, values: [{ value: `${name} hush-hush` }] };
  const made = await server.api('/parameter', { json });
  return { path: `/parameter/${made.json.id}`, secretId: (await vault()).at(-1) ?? 0 };
}

test('a secret leaves the vault with its value where nothing is being deployed', async () => {
  const { path, secretId } = await newSecret('REPLACED');
  await server.api(`${path}/value`, { json: { value: 'another hush-hush' } });
  expect(await vault()).not.toContain(secretId);
  await server.api(path, { method: 'DELETE' });
  expect((await vault()).filter((id) => id >= secretId)).toEqual([]);
});

test('what a deployment in progress may start with stays until that can be no more, and no longer', async () => {
  const { path, secretId } = await newSecret('SHIPPED');
  const { buildId } = await successfulBuild(server, 4);
  const release = await server.api('/release', {
    json: { status: 'active', build_id: buildId, application_id: 4 },
  });
  const deployment = await server.api('/deployment', { json: { scope_id: 5, release_id: release.json.id } });
  expect(deployment.json).toMatchObject({
    status: 'creating_approval',
    parameters: [{ variable: 'SHIPPED', value: null }],
  });
  expect((await server.api(path, { method: 'DELETE' })).status).toBe(204);
  expect(await vault()).toContain(secretId);
  clock.advance(9 * 86_400_000 + 1000);
  // The work of the past nine days; what falls due is looked for when the clock moves.
  await expect
    .poll(
      async () => {
        clock.advance(60_000);
        return (await vault()).includes(secretId);
      },
      { timeout: 100_000 },
    )
    .toBe(false);
});
