import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NullplatformServer, startNullplatform } from './setup.ts';

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('a scope', () => {
  const make = (name: string, more: object = {}) =>
    server.api('/scope', { json: { application_id: 6, name, type: 'web_pool', hosts: ['s1'], ...more } });

  test('23, 52, 53. is made with 200, and read alone with its deployments', async () => {
    const made = await make('Staging EU', {
      dimensions: { environment: 'staging' },
      capabilities: { scaling_type: 'fixed' },
      requested_spec: { memory_in_gb: 1 },
    });
    expect(made.status).toBe(200);
    const whole = 'web-backoffice-staging-eu';
    const digest = createHash('sha256').update(whole).digest();
    const letters = [...digest.subarray(0, 5)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
    expect(made.json).toEqual({
      id: expect.any(Number),
      nrn: `organization=1:account=2:namespace=3:application=6:scope=${made.json.id}`,
      name: 'Staging EU',
      slug: 'staging-eu',
      description: null,
      application_id: 6,
      type: 'web_pool',
      provider: null,
      status: 'active',
      asset_name: null,
      domain: `${whole}-${letters}.localhost`,
      domains: [],
      // Slipway's own.
      address: expect.stringMatching(/^http:\/\/web-backoffice-.*\.localhost:\d+$/),
      dimensions: { environment: 'staging' },
      capabilities: { scaling_type: 'fixed' },
      requested_spec: { memory_in_gb: 1 },
      tier: null,
      tags: [],
      profiles: [],
      runtime_configurations: [],
      instance_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      external_created: false,
      messages: [],
      metadata: {},
      stops_at: null,
      created_at: expect.stringMatching(time),
      updated_at: expect.stringMatching(time),
      active_deployment: null,
      current_active_deployment: null,
      in_progress_deployment: null,
    });
    expect((await server.api(`/scope/${made.json.id}`)).json).toEqual(made.json);
    const route = await server.server.parts.engine.routes.find(made.json.domain);
    expect(route).toMatchObject({
      targets: [],
      whenEmpty: '404 scope not found or has not been deployed yet',
    });
  });

  test('24. has no deployments in lists', async () => {
    const { results } = (await server.api('/scope?application_id=4')).json;
    expect(results).toMatchObject([{ id: 5, name: 'production' }]);
    expect(results[0]).not.toHaveProperty('active_deployment');
    expect(results[0]).not.toHaveProperty('in_progress_deployment');
    expect((await server.api('/scope')).json.message).toBe('Missing parameter: application_id');
  });

  test('54. has a name of its own in its application', async () => {
    await make('twice');
    const again = await make('twice');
    expect([again.status, again.json.message]).toEqual([
      400,
      "There's already a scope with this name on this application",
    ]);
    expect((await make('twice', { application_id: 4 })).status).toBe(200);
    const [first, second] = [await make('one a'), await make('one-a')];
    expect(second.status).toBe(200);
    expect(second.json.domain).not.toBe(first.json.domain);
  });

  test('is changed key by key, and stays what it is', async () => {
    const { json } = await make('changing', { capabilities: { scaling_type: 'fixed', fixed_instances: 1 } });
    const patch = (body: object) => server.api(`/scope/${json.id}`, { method: 'PATCH', json: body });
    const changed = await patch({ capabilities: { fixed_instances: 3 }, name: 'changed', tier: 'gold' });
    expect([changed.status, changed.text]).toEqual([204, '']);
    expect((await server.api(`/scope/${json.id}`)).json).toMatchObject({
      name: 'changed',
      tier: 'gold',
      domain: json.domain,
      capabilities: { scaling_type: 'fixed', fixed_instances: 3 },
    });
    for (const fixed of [{ type: 'serverless' }, { provider: 'aws' }, { dimensions: { a: 'b' } }]) {
      expect((await patch(fixed)).status).toBe(400);
    }
    expect((await patch({ type: 'web_pool', dimensions: {} })).status).toBe(204);
    expect((await patch({ status: 'sleeping' })).json.message).toBe('Invalid parameter: status');
    expect((await patch({ name: 'Staging EU' })).status).toBe(400);
    const shown = await server.api(`/scope/${json.id}`, {
      method: 'PATCH',
      json: {},
      headers: { prefer: 'return=representation' },
    });
    expect([shown.status, shown.json.name]).toEqual([200, 'changed']);
  });

  test('55. that is deleted gives its name and address back, stays readable, and leaves the lists', async () => {
    const { json } = await make('short-lived');
    const gone = await server.api(`/scope/${json.id}`, { method: 'DELETE' });
    expect([gone.status, gone.text]).toEqual([204, '']);
    const read = (await server.api(`/scope/${json.id}`)).json;
    expect([read.status, read.name]).toEqual(['deleted', expect.stringMatching(/^deleted-\d+-short-lived$/)]);
    expect(await server.server.parts.engine.routes.find(json.domain)).toBeUndefined();
    expect((await server.api(`/scope/${json.id}`, { method: 'DELETE' })).status).toBe(204);
    const list = (await server.api('/scope?application_id=6&limit=200')).json.results;
    expect(list.some(({ id }: { id: number }) => id === json.id)).toBe(false);
    expect((await server.api('/scope?application_id=6&status=deleted')).json.paging.total).toBe(1);
    const again = await make('short-lived');
    expect([again.status, again.json.domain]).toEqual([200, json.domain]);
  });

  test.each([
    [{ application_id: undefined }, 400, 'Missing parameter: application_id'],
    [{ name: '' }, 400, 'Missing parameter: name'],
    [{ type: undefined }, 400, 'Missing parameter: type'],
    [{ type: 'castle' }, 400, 'Invalid parameter: type'],
    [{ application_id: 999 }, 404, 'Application not found'],
    [{ dimensions: { a: 1 } }, 400, 'Invalid parameter: dimensions'],
    [{ capabilities: [] }, 400, 'Invalid parameter: capabilities'],
    [{ hosts: ['../x'] }, 400, 'Invalid parameter: hosts'],
  ])('%j is refused', async (more, status, message) => {
    const answer = await make('refused', more);
    expect([answer.status, answer.json.message]).toEqual([status, message]);
  });
});

describe('the hierarchy', () => {
  test('53. is made with 200, changed with 204, and deleted from the inside out', async () => {
    const account = await server.api('/account', {
      json: { name: 'lab', organization_id: '1', repository_provider: 'github', slug: 'the-lab' },
    });
    expect([account.status, account.json]).toEqual([
      200,
      expect.objectContaining({ organization_id: 1, slug: 'the-lab', status: 'active', settings: {} }),
    ]);
    const accountId = account.json.id;
    const namespace = await server.api('/namespace', { json: { name: 'Try Outs', account_id: accountId } });
    expect([namespace.status, namespace.json.slug]).toEqual([200, 'try-outs']);
    const namespaceId = namespace.json.id;
    const application = await server.api('/application', {
      json: {
        name: 'Experiment',
        namespace_id: String(namespaceId),
        repository_url: 'https://git.example.com/lab/x',
      },
    });
    expect([application.status, application.json]).toEqual([
      200,
      expect.objectContaining({
        status: 'active',
        account_id: accountId,
        nrn: `organization=1:account=${accountId}:namespace=${namespaceId}:application=${application.json.id}`,
      }),
    ]);
    const renamed = await server.api(`/application/${application.json.id}`, {
      method: 'PATCH',
      json: { name: 'Experiment 2', tags: { a: 'b' } },
    });
    expect(renamed.status).toBe(204);
    const found = await server.api('/application?repository_url=https://git.example.com/lab/x');
    expect(found.json.results).toMatchObject([{ name: 'Experiment 2', tags: { a: 'b' } }]);

    const remove = async (path: string) => {
      const { status, text } = await server.api(path, { method: 'DELETE' });
      return [status, text === '' ? '' : JSON.parse(text).status];
    };
    expect(await remove(`/account/${accountId}`)).toEqual([400, undefined]);
    expect(await remove(`/namespace/${namespaceId}`)).toEqual([400, undefined]);
    expect(await remove(`/application/${application.json.id}`)).toEqual([204, '']);
    expect(await remove(`/namespace/${namespaceId}`)).toEqual([204, '']);
    expect(await remove(`/account/${accountId}`)).toEqual([200, 'deleted']);
    expect((await server.api(`/account/${accountId}`)).json.status).toBe('deleted');
    const shown = async (query: string) =>
      (await server.api(`/account${query}`)).json.results.map(({ id }: { id: number }) => id);
    expect(await shown('')).toEqual([2]);
    expect(await shown('?show_deleted=true')).toEqual([accountId, 2]);
  });

  test('takes nothing into what was deleted, and brings nothing back', async () => {
    const { id: account } = (await server.api('/account', { json: { name: 'old' } })).json;
    const { id: namespace } = (await server.api('/namespace', { json: { name: 'old', account_id: account } }))
      .json;
    const made = { name: 'old', namespace_id: namespace, repository_url: 'https://git.example.com/old' };
    const { id: application } = (await server.api('/application', { json: made })).json;
    for (const path of [`/application/${application}`, `/namespace/${namespace}`, `/account/${account}`]) {
      expect((await server.api(path, { method: 'DELETE' })).status).toBeLessThan(300);
      const { json } = await server.api(path, { method: 'PATCH', json: { status: 'active' } });
      expect(json.message).toBe('Invalid status transition: deleted -> active');
    }
    const scope = { application_id: application, name: 'late', type: 'web_pool' };
    const nrn = `organization=1:account=${account}:namespace=${namespace}:application=${application}`;
    for (const [path, json, what] of [
      ['/namespace', { name: 'late', account_id: account }, 'account'],
      ['/application', made, 'namespace'],
      ['/build', { application_id: application, commit: { id: 'c' } }, 'application'],
      ['/scope', scope, 'application'],
      ['/parameter', { name: 'LATE', nrn }, 'application'],
    ] as const) {
      const answer = await server.api(path, { json });
      expect([path, answer.status, answer.json.message]).toEqual([path, 400, `The ${what} is deleted`]);
    }
  });

  test.each(['Not A Slug', 'a/../b', '-a', 'a_b', 5])('has no slug like %j', async (slug) => {
    const namespace = await server.api('/namespace', { json: { name: 'x', account_id: 2, slug } });
    const account = await server.api('/account/2', { method: 'PATCH', json: { slug } });
    expect([namespace.json.message, account.json.message]).toEqual([
      'Invalid parameter: slug',
      'Invalid parameter: slug',
    ]);
  });

  test('is read by whoever is a member, and changed by admins', async () => {
    for (const path of ['/organization/1', '/account/2', '/namespace/3', '/application/4']) {
      const { status, json } = await server.api(path, { as: 'member' });
      expect([path, status, json.nrn.startsWith('organization=1')]).toEqual([path, 200, true]);
    }
    const attempt = await server.api('/namespace', { as: 'developer', json: { name: 'x', account_id: 2 } });
    expect(attempt.status).toBe(403);
  });
});

describe('parameters', () => {
  const nrn = 'organization=1:account=2:namespace=3:application=4';

  test('have values for the application, for dimensions and for a scope', async () => {
    const made = await server.api('/parameter', {
      json: { name: 'Greeting', nrn, variable: 'GREETING', values: [{ value: 'hello' }] },
    });
    expect([made.status, made.json]).toEqual([
      200,
      expect.objectContaining({
        nrn,
        type: 'environment',
        variable: 'GREETING',
        secret: false,
        values: [expect.objectContaining({ nrn, value: 'hello', dimensions: {} })],
      }),
    ]);
    const set = (body: object) => server.api(`/parameter/${made.json.id}/value`, { json: body });
    expect((await set({ value: 'hi', dimensions: { environment: 'production' } })).status).toBe(200);
    expect((await set({ value: 'hey', nrn: `${nrn}:scope=5` })).status).toBe(200);
    expect((await set({ value: 'hello again' })).status).toBe(200);
    const read = (await server.api(`/parameter/${made.json.id}`)).json;
    expect(read.values.map(({ value }: { value: string }) => value).sort()).toEqual([
      'hello again',
      'hey',
      'hi',
    ]);
    for (const wrong of [
      {},
      { value: 5 },
      { value: 'x', nrn: 'organization=1' },
      { value: 'x', dimensions: { a: 1 } },
    ]) {
      expect((await set(wrong)).status).toBe(400);
    }
    const [first] = read.values;
    const path = `/parameter/${made.json.id}/value/${first.id}`;
    expect((await server.api(path, { method: 'DELETE' })).status).toBe(204);
    expect((await server.api(path, { method: 'DELETE' })).status).toBe(404);
    const again = await server.api('/parameter', { json: { name: 'x', nrn, variable: 'GREETING' } });
    expect(again.status).toBe(400);
  });

  test('are changed and deleted as terraform does it', async () => {
    const sent = { name: 'Level', nrn, type: 'environment', encoding: 'plaintext', secret: false };
    const made = await server.api('/parameter', { json: { ...sent, variable: 'LEVEL', read_only: false } });
    const path = `/parameter/${made.json.id}`;
    const value = await server.api(`${path}/value`, { json: { nrn, value: 'debug' } });
    expect(value.json.id).toMatch(/^\d+$/);
    const hidden = await server.api(`/parameter/?nrn=${nrn}&limit=200&hide_values=true&variable=LEVEL`);
    expect(hidden.json.results[0].values).toMatchObject([{ id: value.json.id, value: null }]);
    // What stays is sent as it is empty.
    const change = { name: '', nrn: '', type: '', encoding: '', secret: false, read_only: false };
    const renamed = await server.api(path, { method: 'PATCH', json: { ...change, variable: 'LOG_LEVEL' } });
    expect([renamed.status, renamed.text]).toEqual([204, '']);
    expect((await server.api(`${path}?nrn=${nrn}`)).json).toMatchObject({
      name: 'Level',
      variable: 'LOG_LEVEL',
      values: [{ value: 'debug' }],
    });
    const other = await server.api('/parameter', { json: { name: 'OTHER', nrn } });
    const taken = await server.api(`/parameter/${other.json.id}`, {
      method: 'PATCH',
      json: { variable: 'LOG_LEVEL' },
    });
    expect(taken.json.message).toBe("There's already a parameter with this variable on this application");
    const remove = () => server.api(`${path}/value/${value.json.id}`, { method: 'DELETE' });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    expect((await server.api(path, { method: 'DELETE' })).status).toBe(204);
  });

  test('stay read only when terraform changes something else of them', async () => {
    const made = await server.api('/parameter', {
      json: { name: 'Pinned', nrn, variable: 'PIN', read_only: true },
    });
    const path = `/parameter/${made.json.id}`;
    const unchanged = { name: '', nrn: '', type: '', encoding: '', secret: false, read_only: false };
    await server.api(path, { method: 'PATCH', json: { ...unchanged, variable: 'PINNED' } });
    expect((await server.api(path)).json).toMatchObject({
      name: 'Pinned',
      variable: 'PINNED',
      read_only: true,
    });
    expect((await server.api(path, { method: 'PATCH', json: { read_only: false } })).status).toBe(204);
    expect((await server.api(path)).json.read_only).toBe(false);
  });

  test('that are files go to their path, whatever variable is sent beside it', async () => {
    const file = { name: 'settings', nrn, type: 'file', encoding: 'base64' };
    const made = await server.api('/parameter', {
      json: { ...file, variable: 'SETTINGS', destination_path: '/etc/app/settings' },
    });
    expect(made.json).toMatchObject({ variable: null, destination_path: '/etc/app/settings' });
    const path = `/parameter/${made.json.id}`;
    await server.api(path, { method: 'PATCH', json: { destination_path: '/etc/app/new' } });
    expect((await server.api(path)).json.destination_path).toBe('/etc/app/new');
    const broken = await server.api(`${path}/value`, { json: { value: '!!!' } });
    expect(broken.json.message).toBe('Invalid parameter: value');
    const outside = await server.api(path, {
      method: 'PATCH',
      json: { destination_path: '../../etc/passwd' },
    });
    expect(outside.json.message).toBe('Invalid parameter: destination_path');
  });

  test('that are read only keep the value that they were given first', async () => {
    const made = await server.api('/parameter', { json: { name: 'FIXED', nrn, read_only: true } });
    const set = (value: string) => server.api(`/parameter/${made.json.id}/value`, { json: { value } });
    const first = await set('one');
    expect(first.status).toBe(200);
    expect((await set('two')).json.message).toBe('The parameter is read only');
    const removed = await server.api(`/parameter/${made.json.id}/value/${first.json.id}`, {
      method: 'DELETE',
    });
    expect(removed.json.message).toBe('The parameter is read only');
  });

  test('have no value where none could ever hold', async () => {
    const made = await server.api('/parameter', { json: { name: 'NOWHERE', nrn } });
    const messageFor = async (json: object) =>
      (await server.api(`/parameter/${made.json.id}/value`, { json })).json.message;
    expect(await messageFor({ value: 'x', nrn: `${nrn}:scope=999` })).toBe('Invalid parameter: nrn');
    expect(await messageFor({ value: 'x', nrn: `${nrn}0` })).toBe('Invalid parameter: nrn');
    const inBoth = { value: 'x', nrn: `${nrn}:scope=5`, dimensions: { environment: 'production' } };
    expect(await messageFor(inBoth)).toBe('Invalid parameter: dimensions');
  });

  test('keep secrets from everybody who may not read them, in answers and in the database', async () => {
    const made = await server.api('/parameter', {
      json: { name: 'TOKEN', nrn, secret: true, values: [{ value: 'hush-hush-hush' }] },
    });
    expect(made.json.values).toMatchObject([{ value: null }]);
    const valueFor = async (as: 'developer' | 'secops') =>
      (await server.api(`/parameter?nrn=${nrn}&variable=TOKEN`, { as })).json.results[0].values[0].value;
    expect([await valueFor('developer'), await valueFor('secops')]).toEqual([null, 'hush-hush-hush']);
    const rows = await server.server.parts.storage.read((reader) =>
      reader
        .tables<{ np_parameter_value: { value: string | null } }>()
        .selectFrom('np_parameter_value')
        .select('value')
        .execute(),
    );
    expect(JSON.stringify(rows)).not.toContain('hush');
    const facade = await server.api('/ci/application/4/parameter', { as: 'ci' });
    expect(facade.json).toContainEqual({ name: 'TOKEN', value: null, secret: true });
    expect((await server.api(`/parameter/${made.json.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await server.api(`/parameter/${made.json.id}`)).status).toBe(404);
  });
});
