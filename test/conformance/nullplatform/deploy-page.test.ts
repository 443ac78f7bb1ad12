import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillScopes } from '../../harness/filled-scopes.ts';
import { adminKey } from '../../harness/server.ts';
import { releaseOf } from './deployments-setup.ts';
import { type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const base = '/api/slipway/v1/nullplatform';
const keyOf = (name: string) => ({ id: `${name.toUpperCase()}KEY0000000001`, secret: `${name}-secret-0001` });
/** People with one role each. */
const people = { member: keyOf('member'), developer: keyOf('developer'), ops: keyOf('opsops') };
const organization = { id: 1, name: 'acme' };

let server: NullplatformServer;

beforeAll(async () => {
  server = await startNullplatform();
  const { management, parts } = server.server;
  const principals = Object.entries(people).map(([name, key]) => ({ name: `${name}@test`, keys: [key] }));
  const approvalPolicies = [
    { name: 'production asks', nrn: 'organization=1', dimensions: { environment: 'production' } },
    { name: 'nobody here', nrn: 'organization=1', dimensions: { environment: 'closed' }, decision: 'deny' },
  ];
  await management.applyDeclaration({
    document: { principals, nullplatform: { organization, approvalPolicies } },
    by: 'test',
  });
  for (const role of Object.keys(people)) {
    const principal = await parts.identity.find(`${role}@test`);
    const grant = {
      principalId: principal?.id ?? 0,
      role: `nullplatform:${role}`,
      resource: '/nullplatform',
    };
    await parts.storage.write((unit) => parts.identity.grant(unit, grant));
  }
});
afterAll(() => server.close());

const native = (path: string, options: Json = {}) => server.call(base + path, { key: adminKey, ...options });
const as = (who: keyof typeof people, path: string, json?: Json) =>
  native(path, { key: people[who], ...(json === undefined ? {} : { json }) });

describe('a release', () => {
  test('is made of a build, shows up among what can be deployed, and takes its build from the list', async () => {
    const { buildId } = await successfulBuild(server, 4, { branch: 'feature/carts', commit: 'beefbeef' });
    const before = (await native('/scopes/5/choices')).json;
    expect(before.builds.map(({ id }: Json) => id)).toContain(buildId);
    const refused = await as('developer', `/builds/${buildId}/releases`, { semver: 'newest' });
    expect([refused.status, refused.json.message]).toEqual([
      400,
      expect.stringContaining('"newest" is no version'),
    ]);

    const made = await as('developer', `/builds/${buildId}/releases`, {});
    expect(made.json.semver).toBe(before.nextSemver);
    const after = (await native('/scopes/5/choices?text=CARTS')).json;
    expect(after.releases).toMatchObject([
      {
        id: made.json.id,
        build: { id: buildId, branch: 'feature/carts', commit: 'beefbeef', assets: ['main'] },
      },
    ]);
    expect(after.builds).toEqual([]);
    expect((await native('/scopes/5/choices?text=no-such')).json.releases).toEqual([]);
  });

  test('is made by those who may, and of builds that they may see', async () => {
    const { buildId } = await successfulBuild(server, 4);
    expect((await as('member', `/builds/${buildId}/releases`, {})).status).toBe(403);
    expect((await as('developer', '/builds/2147000000/releases', {})).status).toBe(404);
  });
});

describe('a deployment', () => {
  test('is made by those who may deploy, and says what a policy makes of it', async () => {
    const releaseId = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
    expect((await native('/scopes/5/choices')).json.policy).toEqual({
      name: 'production asks',
      decision: 'manual',
    });
    expect((await as('member', '/scopes/5/deployments', { releaseId })).status).toBe(403);
    const made = await as('developer', '/scopes/5/deployments', { releaseId, description: 'Carts' });
    expect(made.json).toMatchObject({ status: 'creating_approval' });
    const twice = await as('developer', '/scopes/5/deployments', { releaseId });
    expect([twice.status, twice.json.message]).toEqual([
      400,
      'There is already a running deployment for this scope',
    ]);
  });

  test('waits for those who may decide, and once it is approved for those who may start it', async () => {
    const waiting = async (who: keyof typeof people) => (await as(who, '/approvals')).json.waiting;
    expect(await waiting('member')).toEqual([]);
    expect(await waiting('developer')).toEqual([]);
    const [first] = await waiting('ops');
    expect(first).toMatchObject({
      ...{ application: 'storefront', scope: { id: 5, name: 'production' }, description: 'Carts' },
      approval: { policy: 'production asks', askedBy: 'developer@test', mayDecide: true, mayStart: false },
    });
    const decisions = `/approvals/${first.approval.id}/decisions`;
    expect((await as('developer', decisions, { decision: 'approve' })).status).toBe(403);
    const early = await as('developer', `/deployments/${first.deploymentId}/actions`, { action: 'start' });
    expect([early.status, early.json.message]).toEqual([400, 'The approval is not approved']);

    const heard = new Promise<void>((resolve) => {
      const stop = server.server.parts.storage.listen('nullplatform-scopes', (scopeId) => {
        if (scopeId !== '5') return;
        stop();
        resolve();
      });
    });
    expect((await as('ops', decisions, { decision: 'approve' })).status).toBe(204);
    // Whoever watches the scope is told.
    await heard;
    const late = await as('ops', decisions, { decision: 'deny' });
    expect([late.status, late.json.message]).toEqual([400, 'The approval is approved already']);

    const { ledger } = server.server.parts;
    const noted = await ledger.list({ resources: ['/'], action: 'approval.approved', limit: 5 });
    expect(noted).toMatchObject([{ who: 'ops@test', dialect: 'nullplatform' }]);

    expect(await waiting('ops')).toEqual([]);
    expect(await waiting('developer')).toMatchObject([{ approval: { status: 'approved', mayStart: true } }]);
    const { guidance } = (await as('member', '/scopes/5')).json;
    expect(guidance.approval).toMatchObject({ decidedBy: 'ops@test', mayDecide: false, mayStart: false });
    const start = await as('developer', `/deployments/${first.deploymentId}/actions`, { action: 'start' });
    expect(start.status).toBe(204);
    expect(await waiting('developer')).toEqual([]);
    // No agent is there: it may have failed by now.
    expect((await native('/scopes/5')).json.history[0].status).not.toBe('creating_approval');
  });

  test('that is denied frees its scope', async () => {
    const scope = await server.api('/scope', {
      json: {
        application_id: 4,
        name: 'p2',
        type: 'web_pool',
        hosts: ['s1'],
        dimensions: { environment: 'production' },
      },
    });
    const releaseId = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
    await server.api('/deployment', { json: { scope_id: scope.json.id, release_id: releaseId } });
    const [{ approval }] = (await as('ops', '/approvals')).json.waiting;
    expect(approval.askedBy).toBe('the key admin');
    expect((await as('ops', `/approvals/${approval.id}/decisions`, { decision: 'deny' })).status).toBe(204);
    const page = (await native(`/scopes/${scope.json.id}`)).json;
    expect(page).toMatchObject({ inProgress: null, history: [{ status: 'creating_approval_denied' }] });
  });
});

test('the overview comes in pages and is searched by every name on the way to a scope', async () => {
  await fillScopes(server.server.parts.storage, { scopes: 120, deployments: 1 });
  const names = ({ json }: Json): string[] =>
    json.organizations.flatMap(({ applications }: Json) =>
      applications.flatMap(({ scopes }: Json) => scopes.map(({ name }: Json) => name)),
    );
  const all = (await native('/scopes')).json;
  // Two more in all than there are scopes: an application and an organization without any.
  expect(names({ json: all }).length).toBe(all.total - 2);
  const first = await native('/scopes?limit=50');
  const second = await native('/scopes?limit=50&offset=50');
  expect(first.json.total).toBe(all.total);
  expect([...names(first), ...names(second)]).toEqual(
    names({ json: all }).slice(0, names(first).length + names(second).length),
  );
  expect(names(await native('/scopes?text=Shop%20100005'))).toEqual(expect.arrayContaining(['scope 100005']));
  expect((await native('/scopes?text=globex')).json).toMatchObject({
    total: 1,
    organizations: [{ name: 'globex' }],
  });
  const waits = await server.api('/scope', {
    json: {
      application_id: 4,
      name: 'p3',
      type: 'web_pool',
      hosts: ['s1'],
      dimensions: { environment: 'production' },
    },
  });
  const releaseId = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
  await as('developer', `/scopes/${waits.json.id}/deployments`, { releaseId });
  const underWay = names(await native('/scopes?underWay=true'));
  expect(underWay).toContain('p3');
  expect(underWay).not.toContain('scope 100005');
  expect((await native('/scopes?limit=500')).status).toBe(400);
});
