import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releaseOf } from './deployments-setup.ts';
import { type NullplatformServer, startNullplatform } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let server: NullplatformServer;
let release: number;
let busy: Json;

/** No agent runs here: what is accepted stays in `creating`. */
beforeAll(async () => {
  server = await startNullplatform();
  release = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
  busy = await scope('busy');
});
afterAll(() => server.close());

const deploy = (json: Json) => server.api('/deployment', { json });
const answerOf = async (json: Json) => {
  const answer = await deploy(json);
  return [answer.status, answer.json.message];
};

async function scope(name: string, more: Json = {}): Promise<Json> {
  const json = { application_id: 4, name, type: 'web_pool', hosts: ['s1'], ...more };
  return (await server.api('/scope', { json })).json;
}

async function buildWith(...names: string[]): Promise<number> {
  const build = await server.api('/build', { json: { application_id: 4, commit: { id: 'c0ffee' } } });
  for (const name of names) {
    const json = { build_id: build.json.id, type: 'bundle', name, url: 'http://127.0.0.1:9/app.tar.gz' };
    await server.api('/asset', { json });
  }
  await server.api(`/build/${build.json.id}`, { method: 'PATCH', json: { status: 'successful' } });
  const json = { application_id: 4, build_id: build.json.id, status: 'active' };
  return (await server.api('/release', { json })).json.id;
}

describe('what POST /deployment refuses, in this order', () => {
  test('18. a body without scope or release', async () => {
    expect(await answerOf({ release_id: 1 })).toEqual([400, 'Missing parameter: scope_id']);
    expect(await answerOf({ scope_id: 'x' })).toEqual([400, 'Missing parameter: release_id']);
    expect(await answerOf({ scope_id: 'x', release_id: 1 })).toEqual([400, 'Invalid parameter: scope_id']);
    const broken = await server.api('/deployment', { method: 'POST', body: '{ "scope_id": 5, }' });
    expect([broken.status, broken.json.message]).toEqual([400, 'Invalid JSON body']);
  });

  test('a description that is too long, and traffic that is none', async () => {
    const ids = { scope_id: 5, release_id: release };
    expect(await answerOf({ ...ids, description: 'x'.repeat(2001) })).toEqual([
      400,
      'Invalid parameter: description',
    ]);
    const strategy_data = { desired_switched_traffic: 101 };
    expect(await answerOf({ ...ids, strategy_data })).toEqual([
      400,
      'Invalid parameter: strategy_data.desired_switched_traffic',
    ]);
  });

  test('an unknown scope or release', async () => {
    expect(await answerOf({ scope_id: 42, release_id: release })).toEqual([404, 'Scope not found']);
    expect(await answerOf({ scope_id: 5, release_id: 42 })).toEqual([404, 'Release not found']);
  });

  test('19. a release of another application', async () => {
    const other = await server.api('/scope', {
      json: { application_id: 6, name: 'production', type: 'web_pool', hosts: ['s1'] },
    });
    const expected = [400, 'The scope and the release belongs to different applications'];
    expect(await answerOf({ scope_id: other.json.id, release_id: release })).toEqual(expected);
    expect(await answerOf({ scope_id: 5, release_id: release, application_id: 6 })).toEqual(expected);
  });

  test('47. a release that is not active', async () => {
    const old = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
    await server.api(`/release/${old}`, { method: 'PATCH', json: { status: 'deprecated' } });
    expect(await answerOf({ scope_id: 5, release_id: old })).toEqual([400, 'The release is not active']);
  });

  test('a scope that is gone', async () => {
    const gone = await scope('gone');
    await server.api(`/scope/${gone.id}`, { method: 'DELETE' });
    expect(await answerOf({ scope_id: gone.id, release_id: release })).toEqual([
      400,
      'The scope is not ready to be deployed (status: deleted)',
    ]);
  });

  test('45. two assets and no name; one asset is taken, and stored on the scope', async () => {
    const two = await buildWith('main', 'worker');
    const fresh = await scope('assets');
    expect(await answerOf({ scope_id: fresh.id, release_id: two })).toEqual([
      400,
      'Missing parameter: asset_name',
    ]);
    expect((await deploy({ scope_id: fresh.id, release_id: two, asset_name: 'worker' })).status).toBe(200);
    expect((await server.api(`/scope/${fresh.id}`)).json.asset_name).toBe('worker');
    const single = await scope('single asset');
    expect((await deploy({ scope_id: single.id, release_id: release })).status).toBe(200);
    expect((await server.api(`/scope/${single.id}`)).json.asset_name).toBe('main');
  });

  test('46. an asset that the build lacks', async () => {
    expect(await answerOf({ scope_id: 5, release_id: release, asset_name: 'lambda' })).toEqual([
      400,
      'Asset not found in the build: lambda',
    ]);
  });

  test('a scope without hosts', async () => {
    const nowhere = await scope('nowhere', { hosts: [] });
    expect(await answerOf({ scope_id: nowhere.id, release_id: release })).toEqual([
      400,
      'The scope has no hosts to run on',
    ]);
  });
});

test('21. ids as texts and as numbers mean the same', async () => {
  const [one, other] = [await scope('numbers'), await scope('texts')];
  const asNumbers = await deploy({ scope_id: one.id, release_id: release, application_id: 4 });
  const asTexts = await deploy({ scope_id: `${other.id}`, release_id: `${release}`, application_id: '4' });
  expect([asNumbers.status, asTexts.status]).toEqual([200, 200]);
  expect([asTexts.json.scope_id, asTexts.json.release_id]).toEqual([other.id, release]);
});

test('28. of ten simultaneous deployments to an idle scope exactly one is accepted', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => deploy({ scope_id: busy.id, release_id: release })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status, json } of answers) {
    if (status !== 200) expect(json.message).toMatch(/already a running deployment/);
  }
  expect((await server.api(`/deployment?scope_id=${busy.id}`)).json.paging.total).toBe(1);
});

test('37. what is being created is not finalised, and gets no traffic', async () => {
  const { results } = (await server.api(`/deployment?scope_id=${busy.id}`)).json;
  const patch = (json: Json) => server.api(`/deployment/${results[0].id}`, { method: 'PATCH', json });
  const finalised = await patch({ status: 'finalizing' });
  expect(finalised.status).toBe(400);
  expect(finalised.json.message).toMatch(/^Invalid status transition: \w+ -> finalizing$/);
  expect((await patch({ strategy_data: { desired_switched_traffic: 10 } })).status).toBe(400);
});

test('60. another organization learns nothing of a deployment', async () => {
  const { results } = (await server.api(`/deployment?scope_id=${busy.id}`)).json;
  const foreign = await server.api(`/deployment/${results[0].id}`, { as: 'stranger' });
  expect([foreign.status, foreign.json.message]).toEqual([401, 'Unauthorized']);
  const patched = await server.api(`/deployment/${results[0].id}`, {
    ...{ as: 'stranger', method: 'PATCH', json: { status: 'cancelling' } },
  });
  expect(patched.status).toBe(401);
  const made = await server.api('/deployment', {
    ...{ as: 'stranger', json: { scope_id: 5, release_id: release } },
  });
  expect(made.status).toBe(401);
});

test.each(['member', 'ci', 'ops', 'secops'] as const)('6, 7. the role %s may not deploy', async (as) => {
  const answer = await server.api('/deployment', { as, json: { scope_id: 5, release_id: release } });
  expect([answer.status, answer.json.message]).toEqual([
    403,
    "You're not authorized to perform this operation.",
  ]);
});

describe('59. with an approval policy on production', () => {
  const decide = (id: number, what: string, json: Json = {}) =>
    server.api(`/approval/${id}/${what}`, { json });
  const approvalOf = async (deployment: Json) =>
    (await server.api(`/approval?nrn=${deployment.nrn}`)).json.results[0];
  const read = async (id: number) => (await server.api(`/deployment/${id}`)).json;
  let guarded: Json;

  beforeAll(async () => {
    await server.server.management.applyDeclaration({
      document: {
        nullplatform: {
          organization: { id: 1, name: 'acme' },
          approvalPolicies: [
            { nrn: 'organization=1:account=2', dimensions: { environment: 'guarded' } },
            {
              name: 'never',
              nrn: 'organization=1',
              dimensions: { environment: 'forbidden' },
              decision: 'deny',
            },
          ],
        },
      },
      by: 'test',
    });
    guarded = await scope('guarded', { dimensions: { environment: 'guarded' } });
  });

  test('a deployment waits, and its denial frees the scope', async () => {
    const { json } = await deploy({ scope_id: guarded.id, release_id: release });
    expect(json).toMatchObject({ status: 'creating_approval', status_in_scope: 'candidate' });
    expect((await deploy({ scope_id: guarded.id, release_id: release })).status).toBe(400);
    const approval = await approvalOf(json);
    expect(approval).toMatchObject({
      status: 'pending',
      execution_status: 'pending',
      deployment_id: json.id,
    });
    expect((await decide(approval.id, 'deny')).json.status).toBe('denied');
    expect(await read(json.id)).toMatchObject({
      status: 'creating_approval_denied',
      status_in_scope: 'inactive',
    });
    expect((await server.api(`/scope/${guarded.id}`)).json.in_progress_deployment).toBeNull();
    expect((await decide(approval.id, 'approve')).status).toBe(400);
  });

  test('approved and executed, it is created', async () => {
    const { json } = await deploy({ scope_id: guarded.id, release_id: release });
    const approval = await approvalOf(json);
    expect((await decide(approval.id, 'execute')).status).toBe(400);
    expect((await decide(approval.id, 'approve')).json.status).toBe('approved');
    expect((await read(json.id)).status).toBe('creating_approval');
    const executions = await Promise.all([1, 2, 3].map(() => decide(approval.id, 'execute')));
    expect(executions.map(({ json: { execution_status } }) => execution_status)).toEqual(
      Array.from({ length: 3 }, () => 'success'),
    );
    expect((await read(json.id)).status).toMatch(/^(creating|waiting_for_instances)$/);
  });

  test('one whose hosts were taken away meanwhile is not started into nothing', async () => {
    const bare = await scope('guarded and bare', { dimensions: { environment: 'guarded' } });
    const { json } = await deploy({ scope_id: bare.id, release_id: release });
    const approval = await approvalOf(json);
    await decide(approval.id, 'approve');
    await server.server.parts.storage.write(async (unit) => {
      await unit
        .tables<{ np_scope: { id: number; hosts_json: string } }>()
        .updateTable('np_scope')
        .set({ hosts_json: '[]' })
        .where('id', '=', bare.id)
        .execute();
    });
    const refused = await decide(approval.id, 'execute');
    expect([refused.status, refused.json.message]).toEqual([400, 'The scope has no hosts to run on']);
    expect((await read(json.id)).status).toBe('creating_approval');
    expect((await approvalOf(json)).execution_status).toBe('pending');
  });

  test('a cancelled one ends at once, and nobody is asked any more', async () => {
    const other = await scope('guarded too', { dimensions: { environment: 'guarded' } });
    const { json } = await deploy({ scope_id: other.id, release_id: release });
    const patched = await server.api(`/deployment/${json.id}`, {
      ...{ method: 'PATCH', json: { status: 'cancelling' } },
    });
    expect(patched.status).toBe(204);
    expect((await read(json.id)).status).toBe('cancelled');
    const { id, status } = await approvalOf(json);
    expect(status).toBe('cancelled');
    expect((await decide(id, 'execute')).json.message).toBe('The approval is cancelled');
    expect((await decide(id, 'approve')).json.message).toBe('The approval is cancelled already');
  });

  test.each([
    ['member', 403],
    ['developer', 403],
    ['ci', 403],
    ['agent', 403],
    ['stranger', 401],
  ] as const)('%s decides nothing: %i', async (as, status) => {
    const { json } = await server.api('/approval?limit=1');
    const { id } = json.results[0];
    for (const what of ['approve', 'deny']) {
      expect((await server.api(`/approval/${id}/${what}`, { method: 'POST', as })).status).toBe(status);
    }
    expect((await server.api(`/approval/${id}`)).json).toEqual(json.results[0]);
  });

  test('a policy that denies lets it be made, denied', async () => {
    const never = await scope('never', { dimensions: { environment: 'forbidden' } });
    const { status, json } = await deploy({ scope_id: never.id, release_id: release });
    expect([status, json.status]).toEqual([200, 'creating_approval_denied']);
    const dryRun = await server.api('/approval/dry-run', { json: { scope_id: never.id } });
    expect(dryRun.json).toMatchObject({ status: 'auto_denied', approval_required: false });
  });
});
