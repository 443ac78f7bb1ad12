import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, rolePrefix, wireRoles } from '../../src/dialects/nullplatform/roles.ts';
import type { NullplatformTables } from '../../src/dialects/nullplatform/tables.ts';
import {
  declaration,
  type NullplatformServer,
  startNullplatform,
  successfulBuild,
} from '../conformance/nullplatform/setup.ts';
import { adminKey } from '../harness/server.ts';

// What people may do in the console: each route of the native API of nullplatform × each role.

const base = '/api/slipway/v1/nullplatform';
const nobody = 'nobody';
const names = [nobody, ...wireRoles.map(({ slug }) => slug)];
const keyOf = (name: string) => ({
  id: `${name.toUpperCase().replaceAll(/\W/g, '')}KEY00000000001`,
  secret: `${name}-secret-00000001`,
});

let server: NullplatformServer;
let ids: { build: number; release: number; deployment: number; approval: number };

beforeAll(async () => {
  const principals = names.map((name) => ({ name: `${name}@example.com`, keys: [keyOf(name)] }));
  const approvalPolicies = [{ nrn: 'organization=1', dimensions: { environment: 'production' } }];
  server = await startNullplatform({
    declaration: { principals, nullplatform: { ...declaration.nullplatform, approvalPolicies } },
  });
  const { storage, identity } = server.server.parts;
  for (const { slug } of wireRoles) {
    const principal = await identity.find(`${slug}@example.com`);
    const grant = { principalId: principal?.id ?? 0, role: rolePrefix + slug, resource: '/nullplatform' };
    await storage.write((unit) => identity.grant(unit, grant));
  }
  const { buildId: build } = await successfulBuild(server, 4);
  const body = { status: 'active', build_id: build, application_id: 4 };
  const release = (await server.api('/release', { json: body })).json.id;
  const deployment = (await server.api('/deployment', { json: { scope_id: 5, release_id: release } })).json
    .id;
  const [{ approval }] = (await server.call(`${base}/approvals`, { key: adminKey })).json.waiting;
  ids = { build, release, deployment, approval: approval.id };
  const json = { decision: 'approve' };
  await server.call(`${base}/approvals/${approval.id}/decisions`, { key: adminKey, json });
});
afterAll(() => server.close());

interface Attempt {
  readonly permission: Permission;
  readonly path: () => string;
  /** What is refused with 400 to those who may: nothing that is allowed changes anything. */
  readonly json?: () => object;
}

const read = 'nullplatform.read';
const attempts: Readonly<Record<string, Attempt>> = {
  'GET /scopes': { permission: read, path: () => '/scopes' },
  'GET /scopes/:id': { permission: read, path: () => '/scopes/5' },
  'GET /scopes/:id/events': { permission: read, path: () => '/scopes/5/events' },
  'GET /scopes/:id/choices': { permission: read, path: () => '/scopes/5/choices' },
  'GET /deployments/:id': { permission: read, path: () => `/deployments/${ids.deployment}` },
  'GET /deployments/:id/events': { permission: read, path: () => `/deployments/${ids.deployment}/events` },
  'GET /deployments/:id/log': { permission: read, path: () => `/deployments/${ids.deployment}/log` },
  'GET /deployments/:id/log/events': {
    permission: read,
    path: () => `/deployments/${ids.deployment}/log/events`,
  },
  'GET /approvals': { permission: read, path: () => '/approvals' },
  'POST /scopes/:id/deployments': {
    permission: 'nullplatform.deployment.write',
    path: () => '/scopes/5/deployments',
    json: () => ({ releaseId: ids.release }),
  },
  'POST /builds/:id/releases': {
    permission: 'nullplatform.release.write',
    path: () => `/builds/${ids.build}/releases`,
    json: () => ({ semver: 'newest' }),
  },
  'POST /approvals/:id/decisions': {
    permission: 'nullplatform.approval.decide',
    path: () => `/approvals/${ids.approval}/decisions`,
    json: () => ({ decision: 'deny' }),
  },
  'POST /deployments/:id/actions': {
    permission: 'nullplatform.deployment.write',
    path: () => `/deployments/${ids.deployment}/actions`,
    json: () => ({ action: 'finalize' }),
  },
};
const isList = (route: string) => route === 'GET /scopes' || route === 'GET /approvals';

test('every route is tried below', () => {
  const routes = server.server.app.routeTable
    .filter(({ method, url }) => url.startsWith(`${base}/`) && method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url.slice(base.length)}`);
  expect(routes.toSorted()).toEqual(Object.keys(attempts).toSorted());
});

test.each(names)('%s may do what the role names and nothing else', async (name) => {
  const permissions = wireRoles.find(({ slug }) => slug === name)?.permissions ?? [];
  for (const [route, { permission, path, json }] of Object.entries(attempts)) {
    // A stream has no end; whoever may not read is refused before it begins.
    if (route.endsWith('/events') && name !== nobody) continue;
    const answer = await server.call(base + path(), { key: keyOf(name), ...(json ? { json: json() } : {}) });
    const done = json ? 400 : 200;
    const refused = isList(route) ? 200 : permissions.includes(read) ? 403 : 404;
    const expected = permissions.includes(permission) ? done : refused;
    expect([route, answer.status, answer.text]).toEqual([route, expected, expect.anything()]);
    if (name === nobody && isList(route)) expect(answer.text).not.toContain('production');
  }
});

test('what waits for somebody is shown, however much older waits for others', async () => {
  const { storage, identity } = server.server.parts;
  const scope = await server.api('/scope', {
    json: {
      ...{ application_id: 6, name: 'apart', type: 'web_pool', hosts: ['s1'] },
      dimensions: { environment: 'production' },
    },
  });
  const { buildId } = await successfulBuild(server, 6);
  const body = { status: 'active', build_id: buildId, application_id: 6 };
  const release = (await server.api('/release', { json: body })).json.id;
  const wish = { scope_id: scope.json.id, release_id: release };
  const deployment = (await server.api('/deployment', { json: wish })).json.id;
  const principal = await identity.find(`${nobody}@example.com`);
  const resource = '/nullplatform/organizations/1/accounts/2/namespaces/3/applications/6';
  const grant = { principalId: principal?.id ?? 0, role: `${rolePrefix}ops`, resource };
  await storage.write(async (unit) => {
    await identity.grant(unit, grant);
    const tables = unit.tables<Pick<NullplatformTables, 'np_approval'>>();
    const other = await tables
      .selectFrom('np_approval')
      .selectAll()
      .where('deployment_id', '=', ids.deployment)
      .executeTakeFirstOrThrow();
    const older = { ...other, status: 'pending' as const, execution_status: 'pending' as const };
    const rows = Array.from({ length: 201 }, (_, index) => ({ ...older, id: index + 1 }));
    await tables.insertInto('np_approval').values(rows).execute();
  });
  const { waiting } = (await server.call(`${base}/approvals`, { key: keyOf(nobody) })).json;
  expect(waiting).toMatchObject([{ deploymentId: deployment, approval: { mayDecide: true } }]);
});
