import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey } from '../../harness/server.ts';
import { declaration, keys, type NullplatformServer, startNullplatform } from './setup.ts';

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

const issue = `
nullplatform:
  organization: { id: 1, name: acme }
  apiKeys:
    - { name: admin, key: "MTI4ODQwNDE1Mg==.YWRtaW5hZG1pbmFkbWluYWRtaW4=", grants: [{ nrn: "organization=1", role: admin }] }
    - { name: ci, key: "MTI4ODQwNDE1Mw==.Y2ljaWNpY2ljaWNpY2ljaWNpY2k=", grants: [{ nrn: "organization=1", role: "machine:ci" }] }
  accounts:
    - id: 2
      name: shop
      namespaces:
        - id: 3
          name: web
          applications:
            - id: 4
              name: storefront
              repositoryUrl: https://git.example.com/acme/storefront
              scopes:
                - { id: 5, name: production, type: web_pool, hosts: [s1, s2], dimensions: { environment: production },
                    capabilities: { health_check: { path: /health, initial_delay_seconds: 0, period_seconds: 2, timeout_seconds: 1 }, scaling_type: fixed, fixed_instances: 2 } }
`;

const apply = (document: unknown, more: object = {}) =>
  server.server.management.applyDeclaration({ document, by: 'test', ...more });
// biome-ignore lint/suspicious/noExplicitAny: a document that tests take apart and spoil
const shape = () => structuredClone(declaration) as typeof declaration & { nullplatform: any };
const said = (changes: readonly { action: string; path: string }[]) =>
  changes.map(({ action, path }) => `${action} ${path}`);

test('the declaration as the documentation prints it changes nothing any more', async () => {
  expect(await apply(issue)).toEqual([]);
  expect(await apply(declaration)).toEqual([]);
});

test('what differs is told field by field, without a secret, and done', async () => {
  const document = shape();
  document.nullplatform.apiKeys[1].grants = [{ nrn: 'organization=1', role: 'member' }];
  document.nullplatform.apiKeys[1].key = `${keys.ci.split('.')[0]}.YW5vdGhlci1zZWNyZXQ=`;
  document.nullplatform.accounts[0].namespaces[0].applications[0].scopes[0].capabilities.fixed_instances = 3;
  document.nullplatform.approvalPolicies = [
    { nrn: 'organization=1', dimensions: { environment: 'production' } },
  ];
  const changes = await apply(document);
  expect(said(changes)).toEqual([
    'update nullplatform/organizations/acme/accounts/shop/namespaces/web/applications/storefront/scopes/production',
    'update nullplatform/organizations/acme/apiKeys/ci',
    'update nullplatform/organizations/acme/approvalPolicies',
  ]);
  expect(JSON.stringify(changes)).not.toContain('YW5vdGhlci1zZWNyZXQ');
  expect((await server.api('/scope/5')).json.capabilities).toMatchObject({
    fixed_instances: 3,
    scaling_type: 'fixed',
  });
  expect(await apply(document)).toEqual([]);
  expect((await server.api('/build', { as: 'ci', json: {} })).status).toBe(403);
  document.nullplatform.approvalPolicies = [];
  expect(said(await apply(document))).toEqual(['update nullplatform/organizations/acme/approvalPolicies']);
  await apply(declaration);
});

test('mistakes are told all at once with their places', async () => {
  const document = shape();
  document.nullplatform.accounts[0].namespaces.push({ id: 3, name: 'other' });
  document.nullplatform.accounts.push({ id: 50, name: 'x', namespaces: [{ id: 3, name: 'theirs' }] });
  document.nullplatform.apiKeys.push({
    name: 'a',
    key: 'nonsense-key',
    grants: [{ nrn: 'organization=1', role: 'admin' }],
  });
  document.nullplatform.apiKeys.push({
    name: 'b',
    key: 'OTk5.YWRtaW5hZG1pbg==',
    grants: [{ nrn: 'organization=1', role: 'king' }],
  });
  const refused = await apply(document).catch((error: unknown) => error);
  expect(
    (refused as { errors: { path: string }[] }).errors.map(({ path }) => path.split('/').slice(3).join('/')),
  ).toEqual([
    'accounts/shop/namespaces/other',
    'accounts/x/namespaces/theirs/id',
    'apiKeys/a/key',
    'apiKeys/b',
  ]);
  expect((await server.api('/account/50')).status).toBe(404);
});

test('a key that was deleted stays deleted; one that was pruned comes back when it is declared again', async () => {
  const member = keys.member.split('.')[0] ?? '';
  const id = Number(Buffer.from(member, 'base64').toString());
  expect((await server.api(`/api_key/${id}`, { method: 'DELETE' })).status).toBe(204);
  await apply(declaration);
  expect((await server.call('/token', { json: { api_key: keys.member } })).status).toBe(401);

  const without = shape();
  without.nullplatform.apiKeys = without.nullplatform.apiKeys.filter(
    ({ name }: { name: string }) => name !== 'ops',
  );
  without.nullplatform.accounts[0].namespaces[0].applications.pop();
  expect(said(await apply(without, { prune: true }))).toEqual([
    'remove nullplatform/organizations/acme/accounts/shop/namespaces/web/applications/backoffice',
    'remove nullplatform/organizations/acme/apiKeys/ops',
  ]);
  expect((await server.call('/token', { json: { api_key: keys.ops } })).status).toBe(401);
  const back = shape();
  back.nullplatform.accounts[0].namespaces[0].applications.pop();
  expect(said(await apply(back))).toEqual(['create nullplatform/organizations/acme/apiKeys/ops']);
  expect((await server.call('/token', { json: { api_key: keys.ops } })).status).toBe(200);
});

test('no text of a key stands in the ledger or in the native list of changes', async () => {
  const ledger = await server.call('/api/slipway/v1/ledger?limit=200', { key: adminKey });
  for (const text of Object.values(keys)) {
    expect(ledger.text).not.toContain(text);
    expect(ledger.text).not.toContain(Buffer.from(text.split('.')[1] ?? '', 'base64').toString());
  }
});
