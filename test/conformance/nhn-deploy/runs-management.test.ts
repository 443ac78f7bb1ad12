import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminKey } from '../../harness/server.ts';
import {
  declaration,
  ended,
  type Installation,
  keys,
  run,
  scenario,
  startInstallation,
} from './runs-setup.ts';

const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';
const hook = createServer();
let installation: Installation;

beforeAll(async () => {
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const { port } = hook.address() as AddressInfo;
  const settings = { outboundAllow: [`127.0.0.1:${port}`] };
  installation = await startInstallation(['s1'], { settings });
});
afterAll(async () => {
  await installation.close();
  hook.close();
});

const call = (path: string, method = 'GET', json?: unknown, key: { id: string; secret: string } = adminKey) =>
  installation.server.call(path.startsWith('/api') ? path : `${native}${path}`, {
    method,
    key,
    ...(json === undefined ? {} : { json }),
  });

const apply = (document: object, more: object = {}) =>
  call('/api/slipway/v1/declaration', 'POST', { document, ...more });

/** The declaration of one artifact in the project. */
const artifact = (fields: object) => ({
  nhnDeploy: { projects: [{ name: 'demo', artifacts: [{ name: 'shop-api', type: 'server', ...fields }] }] },
});

describe('server groups', () => {
  test('servers are added one a line', async () => {
    const made = await call('/server-groups', 'POST', { name: 'bulk', os: 'LINUX' });
    expect(made.json).toMatchObject({ shell: '/bin/bash', phase: 'NONE', servers: [] });
    const path = `/server-groups/${made.json.id}`;
    const added = await call(`${path}/servers`, 'POST', { lines: 's1;10.0.0.1;Debian;\ns2\n' });
    expect(added.json.servers).toEqual([
      { hostname: 's1', instanceName: null, ip: '10.0.0.1', os: 'Debian', up: true },
      { hostname: 's2', instanceName: null, ip: null, os: null, up: false },
    ]);
    await call(`${path}/servers`, 'POST', { lines: 's2;10.0.0.2;;' });
    expect((await call(path)).json.servers.map((each: { ip: string }) => each.ip)).toEqual([
      '10.0.0.1',
      '10.0.0.2',
    ]);
    const changed = await call(path, 'PATCH', { os: 'WINDOWS', name: 'windows' });
    expect(changed.json).toMatchObject({ name: 'windows', shell: 'powershell' });
    expect((await call(path, 'DELETE')).status).toBe(204);
    expect((await call(path)).status).toBe(404);
  });

  test.each([
    ['a taken name', { name: 'web' }, 409],
    ['a taken id', { id: 2, name: 'other' }, 409],
    ['an autoscale group', { name: 'scaling', kind: 'autoscale' }, 400],
    ['one server twice', { name: 'twice', servers: ['a', 'a'] }, 400],
    ['a server with a comma', { name: 'comma', servers: ['a,b'] }, 400],
    ['an unknown system', { name: 'beos', os: 'BEOS' }, 400],
  ])('%s is refused', async (_, json, status) => {
    expect((await call('/server-groups', 'POST', json)).status).toBe(status);
  });

  test('a VIEWER may look and not change', async () => {
    expect((await call('/server-groups', 'GET', undefined, keys.viewer)).status).toBe(200);
    expect((await call('/server-groups', 'POST', { name: 'mine' }, keys.viewer)).status).toBe(403);
    expect((await call('/scenarios', 'POST', { name: 'mine' }, keys.viewer)).status).toBe(403);
    expect((await call('/deployments', 'POST', { scenario: 3, serverGroup: 2 }, keys.viewer)).status).toBe(
      403,
    );
    expect((await call('/deployments', 'GET', undefined, keys.stranger)).status).toBe(403);
  });
});

describe('scenarios', () => {
  const put = { type: 'binary-deploy', name: 'put', group: 'Default', latest: true, targetDirectory: '/srv' };

  test('keep their history, and an old revision can be restored', async () => {
    const id = await scenario(installation.server, ['echo one']);
    await call(`/scenarios/${id}`, 'PATCH', { tasks: [{ type: 'user-command', command: 'echo two' }] });
    await call(`/scenarios/${id}`, 'PATCH', { tasks: [{ type: 'user-command', command: 'echo two' }] });
    await call(`/scenarios/${id}/revisions/1/restore`, 'POST');
    const { items } = (await call(`/scenarios/${id}/revisions`)).json;
    const told = items.map(
      (each: { number: number; change: string; changedBy: string; tasks: { command: string }[] }) => [
        each.number,
        each.change,
        each.changedBy,
        each.tasks[0]?.command,
      ],
    );
    expect(told).toEqual([
      [3, 'restored', 'admin@test', 'echo one'],
      [2, 'changed', 'admin@test', 'echo two'],
      [1, 'created', 'admin@test', 'echo one'],
    ]);
  });

  test('are exported by name and imported into another artifact, whose groups differ', async () => {
    const made = await call('/api/slipway/v1/nhn-deploy/projects/1/artifacts', 'POST', {
      name: 'other',
      type: 'server',
    });
    const other = `/api/slipway/v1/nhn-deploy/projects/1/artifacts/${made.json.id}`;
    const id = await scenario(installation.server, [put, { ...put, group: 8 }], { name: 'to export' });
    const file = (await call(`/scenarios/${id}/export`)).json;
    expect(file).toMatchObject({
      name: 'to export',
      tasks: [{ group: 'Default', latest: true }, { group: 'empty' }],
    });
    const imported = await call(`${other}/scenarios/import`, 'POST', file);
    expect(imported.status).toBe(201);
    expect(imported.json.replaced.map((each: { path: string }) => each.path)).toEqual(['tasks/1']);
    const groups = (await call(`${other}/binary-groups`)).json.items;
    expect(imported.json.scenario.tasks.map((task: { group: number }) => task.group)).toEqual([
      groups[0].key,
      groups[0].key,
    ]);
    expect((await call(`${other}/scenarios/import`, 'POST', file)).status).toBe(409);
  });

  test('are copied', async () => {
    const id = await scenario(installation.server, [put]);
    const copy = await call(`/scenarios/${id}/copy`, 'POST', { name: 'the copy', serverGroups: ['web'] });
    expect(copy.json).toMatchObject({
      scenario: {
        name: 'the copy',
        serverGroups: [{ group: 2, priority: 0 }],
        tasks: [put].map(() => ({ group: 4 })),
      },
      replaced: [],
    });
  });

  test.each([
    ['a Jenkins task', { preRun: [{ type: 'jenkins-api-build', name: 'build' }] }, 'preRun/0/type'],
    ['a strange binary group', { tasks: [{ ...put, group: 99 }] }, 'tasks/0/group'],
    ['a strange server group', { serverGroups: ['nowhere'] }, 'serverGroups/0'],
    ['a secret with a bad name', { secrets: { 'a b': 'x' } }, 'secrets'],
  ])('%s is refused with its place', async (_, fields, path) => {
    const answer = await call('/scenarios', 'POST', { name: `refused ${path}`, ...fields });
    expect([answer.status, answer.json.path]).toEqual([400, path]);
  });
});

describe('an artifact', () => {
  test('that is deleted takes its scenarios, server groups and resource files with it', async () => {
    const declared = {
      name: 'short-lived',
      type: 'server',
      serverGroups: [{ name: 'web', servers: ['s1'] }],
      scenarios: [
        {
          name: 'release',
          serverGroups: ['web'],
          tasks: [{ type: 'user-command', command: 'true' }],
          secrets: { word: 'w' },
        },
      ],
      resourceGroups: [{ name: 'conf', files: [{ name: 'a', content: 'a' }] }],
    };
    await apply({ nhnDeploy: { projects: [{ name: 'demo', artifacts: [declared] }] } });
    const list = (await call('/api/slipway/v1/nhn-deploy/projects/1/artifacts')).json.items;
    const { id } = list.find((each: { name: string }) => each.name === 'short-lived');
    const path = `/api/slipway/v1/nhn-deploy/projects/1/artifacts/${id}`;
    expect((await call(path, 'DELETE')).status).toBe(204);
    expect((await call(`${path}/scenarios`)).status).toBe(404);
    const ledger = (await call('/api/slipway/v1/ledger?limit=10')).json.items;
    const actions = ledger.map((each: { action: string }) => each.action);
    expect(actions).toEqual(
      expect.arrayContaining([
        'scenario.delete',
        'server-group.delete',
        'resource-file.delete',
        'resource-group.delete',
      ]),
    );
  });
});

describe('the declaration', () => {
  test('applied again changes nothing', async () => {
    expect((await apply(declaration, { dryRun: true })).json.changes).toEqual([]);
  });

  test('shows what differs, field by field, and no secret', async () => {
    const declared = artifact({
      serverGroups: [{ name: 'web', servers: ['s1', 's2'] }],
      scenarios: [
        {
          name: 'release',
          tasks: [{ type: 'user-command', command: 'echo $${secret.word}' }],
          secrets: { word: 'hidden-word' },
        },
      ],
    });
    const answer = await apply(declared, { dryRun: true });
    expect(answer.text).not.toContain('hidden-word');
    expect(answer.json.changes).toMatchObject([
      {
        action: 'update',
        path: expect.stringMatching(/serverGroups\/web$/),
        fields: { servers: { to: ['s1', 's2'] } },
      },
      { action: 'update', path: expect.stringMatching(/scenarios\/release$/), fields: { tasks: {} } },
      {
        action: 'update',
        path: expect.stringMatching(/scenarios\/release$/),
        fields: { 'secrets/word': {} },
      },
    ]);
    expect((await call('/scenarios/3')).json.tasks[0].command).toBe('echo hi');
  });

  test('tells all mistakes at once, at their places', async () => {
    const declared = artifact({
      serverGroups: [{ name: 'bad', kind: 'autoscale' }],
      scenarios: [
        {
          name: 'bad',
          serverGroups: ['web'],
          preRun: [{ type: 'jenkins-cli-build' }],
          tasks: [{ type: 'user-command' }],
        },
      ],
      resourceGroups: [{ name: 'conf', files: [{ name: 'a', content: '' }] }],
    });
    const answer = await apply(declared);
    expect(answer.status).toBe(400);
    const places = answer.json.errors.map((each: { path: string }) => each.path.split('shop-api/')[1]);
    expect(places).toEqual([
      'resourceGroups/conf/files/a/text',
      'serverGroups/bad/kind',
      'scenarios/bad/preRun/0/type',
      'scenarios/bad/tasks/0/command',
    ]);
  });

  test('makes resource files with revisions, and prunes what it made', async () => {
    const files = (content: string) =>
      artifact({ resourceGroups: [{ name: 'conf', files: [{ name: 'app.yml', content }] }] });
    await apply(files('a: 1\n'));
    await apply(files('a: 2\n'));
    expect((await apply(files('a: 2\n'))).json.changes).toEqual([]);
    const [group] = (await call('/resource-groups')).json.items;
    expect(group).toMatchObject({ name: 'conf', files: [{ name: 'app.yml', newest: { revision: 2 } }] });
    const pruned = await apply({ nhnDeploy: declaration.nhnDeploy }, { prune: true });
    expect(
      pruned.json.changes.map((each: { action: string; path: string }) => [
        each.action,
        each.path.split('/').at(-1),
      ]),
    ).toEqual([
      ['remove', 'app.yml'],
      ['remove', 'conf'],
    ]);
    expect((await call('/resource-groups')).json.items).toEqual([]);
  });
});

describe('the notification hook', () => {
  test.each([
    ['echo hi', 'succeeded', 'green'],
    ['exit 1', 'failed', 'red'],
  ])('after %s it hears that the deployment %s', async (command, word, color) => {
    await call('', 'PATCH', {
      notification: true,
      hookUrl: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook/secret`,
    });
    const id = await scenario(installation.server, [command]);
    const heard = once(hook, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const answer = await run(
      installation.server,
      { targetServerHostnames: 's1', deployNote: 'for you' },
      { scenario: id },
    );
    const [request, response] = await heard;
    const body = JSON.parse(await text(request));
    response.end();
    expect(request.url).toBe('/hook/secret');
    expect(body).toEqual({
      botName: 'Deploy',
      text: `shop-api: deployment ${answer.json.body.deployKey} ${word}`,
      attachments: [
        {
          title: `Deployment ${answer.json.body.deployKey}`,
          titleLink: answer.json.body.deployResultLocation,
          text: expect.stringContaining('Note: for you'),
          color,
        },
      ],
    });
  });

  test('a hook that fails changes no result', async () => {
    await call('', 'PATCH', { hookUrl: 'http://127.0.0.1:9/nobody' });
    const answer = await run(installation.server, { targetServerHostnames: 's1', async: true });
    await ended(installation.server, answer);
    const list = (await call('/deployments')).json.items;
    expect(list[0]).toMatchObject({ deployKey: answer.json.body.deployKey, status: 'SUCCESS' });
  });
});
