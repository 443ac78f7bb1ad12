import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey } from '../../harness/server.ts';
import { releaseOf } from './deployments-setup.ts';
import { type NullplatformServer, startNullplatform } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const base = '/api/slipway/v1/nullplatform';
let server: NullplatformServer;
let deployment: Json;

/** A deployment that waits for an approval stays where it is. */
beforeAll(async () => {
  server = await startNullplatform({ settings: { routerPublicUrl: 'https://*:8443' } });
  await server.server.management.applyDeclaration({
    document: {
      nullplatform: { organization: { id: 1, name: 'acme' }, approvalPolicies: [{ nrn: 'organization=1' }] },
    },
    by: 'test',
  });
  const release = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
  deployment = (await server.api('/deployment', { json: { scope_id: 5, release_id: release } })).json;
});
afterAll(() => server.close());

const native = (path: string, options: Json = {}) => server.call(base + path, { key: adminKey, ...options });

test('the overview shows every scope with what is rolled out in it', async () => {
  const { status, json } = await native('/scopes');
  expect(status).toBe(200);
  const acme = json.organizations.find(({ name }: Json) => name === 'acme');
  const storefront = acme.applications.find(({ name }: Json) => name === 'storefront');
  expect(storefront).toMatchObject({ account: 'shop', namespace: 'web' });
  expect(storefront.scopes[0]).toMatchObject({
    ...{ id: 5, name: 'production', status: 'active', active: null },
    inProgress: {
      id: deployment.id,
      semver: '0.0.1',
      strategy: 'initial',
      mayCancel: true,
      maySwitch: false,
    },
  });
});

test('the page of a scope has its address, hosts, messages and what may be done', async () => {
  const { json } = await native('/scopes/5');
  expect(json).toMatchObject({
    ...{ mayDeploy: true, hosts: ['s1', 's2'], traffic: [], application: { id: 4, name: 'storefront' } },
    address: expect.stringMatching(/^https:\/\/web-storefront-production-[a-z]{5}\.localhost:8443$/),
    measures: { periodSeconds: 10, active: [], inProgress: [] },
    guidance: { approval: { status: 'pending', executionStatus: 'pending' }, plan: null },
    history: [{ id: deployment.id, status: 'creating_approval', isActive: false, semver: '0.0.1' }],
  });
  // The same for who asks the product's own API, where `np deployment watch` finds it.
  expect((await server.api('/scope/5')).json.address).toBe(json.address);
  const query = `/deployment/${deployment.id}?include=scope`;
  expect((await server.api(query)).json.scope.address).toBe(json.address);
  expect(json.messages[0]).toMatchObject({
    level: 'INFO',
    message: 'Status: creating_approval. Waits for an approval',
    deploymentId: deployment.id,
  });
});

test('a person without grants sees no scope, and learns of none', async () => {
  const key = { id: 'PLAINKEY000000000001', secret: 'plainsecret00001' };
  await server.server.management.applyDeclaration({
    document: { principals: [{ name: 'plain@test', keys: [key] }] },
    by: 'test',
  });
  expect((await native('/scopes', { key })).json).toEqual({ total: 0, organizations: [] });
  expect((await native('/scopes/5', { key })).status).toBe(404);
  const action = { key, json: { action: 'cancel' } };
  expect((await native(`/deployments/${deployment.id}/actions`, action)).status).toBe(404);
});

test('the stream tells the page now and after a change, and an action is one', async () => {
  const hangUp = new AbortController();
  const answer = await fetch(`${server.url}${base}/scopes/5/events`, {
    headers: { authorization: `Basic ${btoa(`${adminKey.id}:${adminKey.secret}`)}` },
    signal: hangUp.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (wanted: string) => {
    while (!text.includes(wanted)) text += (await reader?.read())?.value ?? '';
  };
  await until('event: scope');
  const refused = await native(`/deployments/${deployment.id}/actions`, { json: { action: 'finalize' } });
  expect([refused.status, refused.json.message]).toEqual([
    400,
    expect.stringMatching(/^Invalid status transition: \w+ -> finalizing$/),
  ]);
  const cancelled = await native(`/deployments/${deployment.id}/actions`, { json: { action: 'cancel' } });
  expect(cancelled.status).toBe(204);
  await until('Status: cancelling');
  hangUp.abort();
});
