import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, adminKey } from '../../harness/server.ts';
import {
  appKey,
  ended,
  historyOf,
  type Installation,
  run,
  runPath,
  scenario,
  startInstallation,
  upload,
  xtc,
} from './runs-setup.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation(['s1', 's2']);
});
afterAll(async () => {
  await installation.close();
});

const both = { targetServerHostnames: 's1,s2' };
const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';

// biome-ignore lint/suspicious/noExplicitAny: the answer is what is looked at
const firstTasks = (answer: Answer): any[] => answer.json.body.deployResult[0].taskResult;

/** Resolves when `file` is there, which a command makes. */
async function appears(file: string): Promise<void> {
  for (;;) {
    if (await readFile(file).catch(() => undefined)) return;
  }
}

describe('tasks', () => {
  test('47 variables are replaced; what is none reaches the shell', async () => {
    const { server } = installation;
    await upload(server, 'jar', 'shop.jar', '1.4.2');
    const put = { type: 'binary-deploy', group: 4, latest: true, targetDirectory: '~/v', variableAs: 'app' };
    const command = [
      'echo $${artifact.id} $${artifact.name} $${serverGroup.id} $${serverGroup.name}',
      'echo $${executor.account} $${executor.maskedAccount}',
      'echo $${timestamp} $${timestamp.yyyyMMdd}',
      'echo $${binary.app.version} $${binary.app.name} $${binary.app.targetDir}',
      "echo $HOST '$HOME' '$${nope}'",
    ].join('\n');
    const id = await scenario(server, [put, command]);
    const answer = await run(server, { targetServerHostnames: 's1' }, { scenario: id });
    const lines: string[] = firstTasks(answer)[1].result.trimEnd().split('\n');
    expect(lines[0]).toBe('1 shop-api 2 web');
    expect(lines[1]).toBe('dev@example.com de*@example.com');
    expect(lines[2]).toMatch(/^\d{10} 20\d{6}$/);
    expect(lines[3]).toBe(`1.4.2 shop.jar ${server.data}/v`);
    expect(lines[4]).toBe('s1 $HOME $${nope}');
  });

  test('48 the latest binary is put on all targets, and what is uploaded meanwhile does not count', async () => {
    const { server, folder } = installation;
    await upload(server, 'first bytes', 'app.jar', '2.0');
    const [began, gate] = [join(folder, 'began-48'), join(folder, 'gate-48')];
    const wait = `echo > ${began}; until [ -e ${gate} ]; do sleep 0.05; done`;
    const put = {
      type: 'binary-deploy',
      name: 'put',
      group: 4,
      latest: true,
      targetDirectory: `${folder}/$$\{timestamp}`,
    };
    const id = await scenario(server, [wait, put]);
    const running = run(server, both, { scenario: id });
    await appears(began);
    await upload(server, 'second bytes', 'app.jar', '2.1');
    await writeFile(gate, '');
    const answer = await running;
    expect(answer.json.body.deployStatus).toBe('success');
    for (const { taskResult } of answer.json.body.deployResult) {
      expect(taskResult[1]).toMatchObject({
        taskName: 'put',
        result: 'Success',
        stdErrResult: null,
        exitCode: null,
      });
    }
    expect(await historyOf(server, answer.json.body.deployKey)).toMatchObject({ binaryVersion: '2.0' });
    const look = await scenario(server, [`cat ${folder}/*/app.jar`]);
    const seen = await run(server, { targetServerHostnames: 's2' }, { scenario: look });
    expect(firstTasks(seen)[0].result).toBe('first bytes');
  });

  test('50 a stop cancels running and waiting servers, and a second one has no effect', async () => {
    const { server, folder } = installation;
    const began = join(folder, 'began-50');
    const id = await scenario(server, [`echo > ${began}; sleep 600`]);
    const call = run(server, { ...both, concurrentNum: 1 }, { scenario: id });
    await appears(began);
    const list = await server.call(`${native}/deployments`, { key: adminKey });
    const { deployKey } = list.json.items[0];
    const stop = () =>
      server.call(`${native}/deployments/${deployKey}/stop`, { method: 'POST', key: adminKey });
    expect((await stop()).json).toEqual({ stopped: true });
    const { body } = (await call).json;
    expect(body.deployStatus).toBe('fail');
    expect(body.deployResult.map((each: { status: string }) => each.status)).toEqual(['cancel', 'cancel']);
    expect(body.deployResult[0].taskResult).toMatchObject([{ status: 'cancel' }]);
    expect(body.deployResult[1].taskResult).toEqual([]);
    expect(await historyOf(server, deployKey)).toMatchObject({ totalResult: 'FAIL' });
    expect((await stop()).json).toEqual({ stopped: false });
  });

  test('52 F runs the one scenario that the body names, and answers an object', async () => {
    const path = `/api/v2.0/projects/${appKey}/artifacts/1/server-group/2/deploy`;
    for (const scenarioIds of ['3', 3]) {
      const answer = await installation.server.call(path, { headers: xtc(), json: { ...both, scenarioIds } });
      expect(answer.json.body).toMatchObject({ deployKey: expect.any(Number), deployStatus: 'success' });
    }
  });

  test('secret variables reach the command and are masked in its output', async () => {
    const { server } = installation;
    const id = await scenario(server, ['echo "$${secret.token}" | tr a-z A-Z; echo $${secret.token} >&2'], {
      secrets: { token: 'quiet-please-1' },
    });
    const answer = await run(server, { targetServerHostnames: 's1' }, { scenario: id });
    expect(firstTasks(answer)[0]).toMatchObject({ result: 'QUIET-PLEASE-1\n', stdErrResult: '******\n' });
    const shown = await server.call(`${native}/scenarios/${id}`, { key: adminKey });
    expect(shown.json.secrets).toEqual(['token']);
    expect(shown.text).not.toContain('quiet-please');
  });

  test('resource files are put with their newest revision', async () => {
    const { server, folder } = installation;
    const call = (path: string, method: string, json?: object) =>
      server.call(`${native}${path}`, { method, key: adminKey, json });
    const group = (await call('/resource-groups', 'POST', { name: 'conf' })).json.id;
    const file = (await call(`/resource-groups/${group}/files`, 'POST', { name: 'app.yml', text: 'a: 1\n' }))
      .json.id;
    expect(
      (await call(`/resource-groups/${group}/files`, 'POST', { name: 'app.yml', text: 'x' })).status,
    ).toBe(409);
    expect((await call(`/resource-files/${file}/revisions`, 'POST', { text: '' })).status).toBe(400);
    await call(`/resource-files/${file}/revisions`, 'POST', { text: 'a: 2\n', comment: 'two' });
    const put = { type: 'file-deploy', files: ['conf/app.yml'], targetDirectory: `${folder}/conf` };
    const id = await scenario(server, [put, `cat ${folder}/conf/app.yml`]);
    const answer = await run(server, { targetServerHostnames: 's1' }, { scenario: id });
    expect(firstTasks(answer).map((task) => task.result)).toEqual(['Success', 'a: 2\n']);
    await call(`/resource-files/${file}/revisions/1/restore`, 'POST');
    const restored = await run(server, { targetServerHostnames: 's1' }, { scenario: id });
    expect(firstTasks(restored)[1].result).toBe('a: 1\n');
    const revisions = (await call(`/resource-files/${file}/revisions`, 'GET')).json.items;
    expect(
      revisions.map((each: { revision: number; comment: string | null }) => [each.revision, each.comment]),
    ).toEqual([
      [3, 'revision 1 restored'],
      [2, 'two'],
      [1, null],
    ]);
  });

  test('an uploaded resource file is streamed in and out', async () => {
    const { server } = installation;
    const group = (await server.call(`${native}/resource-groups`, { key: adminKey, json: { name: 'large' } }))
      .json.id;
    const bytes = Buffer.alloc(3_000_000, 'y');
    const made = await server.call(`${native}/resource-groups/${group}/files/big.bin?comment=first`, {
      method: 'PUT',
      key: adminKey,
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    expect(made.json.newest).toMatchObject({
      revision: 1,
      size: 3_000_000,
      encoding: null,
      comment: 'first',
    });
    const path = `${native}/resource-files/${made.json.id}/revisions/1/content`;
    expect((await server.call(path, { key: adminKey })).text).toBe(bytes.toString());
    const empty = await server.call(`${native}/resource-groups/${group}/files/none.bin`, {
      method: 'PUT',
      key: adminKey,
      headers: { 'content-type': 'application/octet-stream' },
      body: '',
    });
    expect(empty.status).toBe(400);
  });

  test('a deployment is run again with the same binaries', async () => {
    const { server, folder } = installation;
    const old = await upload(server, 'old', 'again.jar', '3.0');
    const put = {
      type: 'binary-deploy',
      group: 4,
      latest: true,
      targetDirectory: `${folder}/again`,
      variableAs: 'app',
    };
    const id = await scenario(server, [put, 'echo $${binary.app.key}']);
    const first = await run(server, { targetServerHostnames: 's1' }, { scenario: id });
    await upload(server, 'new', 'again.jar', '3.1');
    await server.call(`${native}/scenarios/${id}`, { method: 'PATCH', key: adminKey, json: { tasks: [] } });
    const again = await server.call(`${native}/deployments/${first.json.body.deployKey}/again`, {
      method: 'POST',
      key: adminKey,
    });
    expect(again.status).toBe(202);
    await server.server.parts.engine.waitForEnd(again.json.rolloutId);
    const row = await historyOf(server, again.json.deployKey);
    expect(row).toMatchObject({ totalResult: 'SUCCESS', binaryVersion: '3.0', executeUser: 'admin@test' });
    const plan = await server.call(`${native}/deployments/${again.json.deployKey}`, { key: adminKey });
    expect(plan.json.scenario).toBe(id);
    expect(firstTasks(first)[1].result).toBe(`${old}\n`);
  });

  test('a plan is shown without being run', async () => {
    const { server } = installation;
    const id = await scenario(server, ['echo $${serverGroup.name}']);
    const json = { scenario: id, serverGroup: 2, servers: ['s1'], concurrentNum: 1 };
    const { json: shown } = await server.call(`${native}/plan`, { key: adminKey, json });
    expect(shown.binaries).toEqual([]);
    expect(shown.plan.stages).toMatchObject([
      { hosts: ['s1'], concurrency: 1, steps: [{ kind: 'check-shell' }, { text: 'echo web' }] },
    ]);
    const { json: refused } = await server.call(`${native}/plan`, {
      key: adminKey,
      json: { ...json, servers: ['s9'] },
    });
    expect(refused.message).toContain('s9');
  });

  test('a group is validated server by server', async () => {
    const { server } = installation;
    const made = await server.call(`${native}/server-groups`, {
      key: adminKey,
      json: { name: 'strange shell', shell: '/no/such/shell', servers: ['s1', 's2'] },
    });
    const check = await server.call(`${native}/server-groups/${made.json.id}/validation`, {
      method: 'POST',
      key: adminKey,
    });
    expect(check.status).toBe(202);
    const view = await server.server.parts.engine.waitForEnd(check.json.rolloutId);
    expect(view.stages[0]?.hostRuns.map((each) => [each.host, each.state])).toEqual([
      ['s1', 'failed'],
      ['s2', 'failed'],
    ]);
  });

  test('a missing shell is told as a failed agent check', async () => {
    const { server } = installation;
    const groups = (await server.call(`${native}/server-groups`, { key: adminKey })).json.items;
    const strange = groups.find((each: { name: string }) => each.name === 'strange shell').id;
    const id = await scenario(server, ['echo never'], { serverGroups: [strange] });
    const answer = await server.call(runPath({ group: strange, scenario: id }), { headers: xtc(), json: {} });
    expect(firstTasks(answer)).toMatchObject([{ orderNo: 1, taskName: 'agent check', status: 'fail' }]);
    expect(firstTasks(answer)[0].result).toContain('/no/such/shell');
  });

  // Last: it takes the connections of the others with it.
  test('51 a run goes on over a restart of the server, and does not stay RUNNING', async () => {
    const { server, folder } = installation;
    const [began, gate] = [join(folder, 'began-51'), join(folder, 'gate-51')];
    const id = await scenario(server, [
      `echo > ${began}; until [ -e ${gate} ]; do sleep 0.05; done; echo done`,
    ]);
    const answer = await run(server, { targetServerHostnames: 's1', async: true }, { scenario: id });
    await appears(began);
    await server.crash();
    await writeFile(gate, '');
    await ended(server, answer);
    expect(await historyOf(server, answer.json.body.deployKey)).toMatchObject({ totalResult: 'SUCCESS' });
  });
});
