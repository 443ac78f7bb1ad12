import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import { type Answer, adminKey } from '../../harness/server.ts';
import { tokenOf } from './binaries-setup.ts';
import {
  appKey,
  ended,
  histories,
  type Installation,
  keys,
  run,
  scenario,
  startInstallation,
  upload,
  xtc,
} from './runs-setup.ts';

const day = 86_400_000;
/** 2026-03-31, 23:30 in Seoul. */
const start = Date.UTC(2026, 2, 31, 14, 30);
const clock = new ManualClock(start);
const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';

let installation: Installation;
beforeAll(async () => {
  // No agents: a deployment ends when its servers count as down.
  installation = await startInstallation([], { clock });
});
afterAll(async () => {
  await installation.close();
});

const list = (path: string, version = 'v2.0') =>
  installation.server.call(`/api/${version}/projects/${appKey}/artifacts/${path}`, { headers: xtc() });

/** Runs and moves the clock until the servers count as down. */
async function runToItsEnd(body: object = {}, where = {}): Promise<Answer> {
  const answer = await run(installation.server, { ...body, async: true }, where);
  clock.advance(61_000);
  await ended(installation.server, answer);
  return answer;
}

describe('a server whose agent is offline', () => {
  test('45 fails with one task result, the agent check', async () => {
    const call = run(installation.server, {}, { group: 10 });
    const { engine } = installation.server.server.parts;
    while ((await engine.list({ resources: ['/'], states: ['queued', 'running'], limit: 1 })).length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    clock.advance(61_000);
    const answer = await call;
    expect(answer.json.header).toMatchObject({ isSuccessful: true, resultCode: 'SUCCESS' });
    expect(answer.json.body.deployStatus).toBe('fail');
    expect(answer.json.body.deployResult).toMatchObject([
      { hostname: 's1', status: 'fail' },
      {
        hostname: 'offline',
        status: 'fail',
        taskResult: [
          {
            orderNo: 1,
            taskName: 'agent check',
            status: 'fail',
            result: expect.any(String),
            stdErrResult: null,
          },
        ],
      },
    ]);
  });
});

describe('the history', () => {
  test('56 shows a deployment with its names, dates and result', async () => {
    const answer = await runToItsEnd();
    const { totalCount, deployHistories } = await histories(installation.server);
    expect(totalCount).toBe(2);
    expect(deployHistories[0]).toEqual({
      deployKey: answer.json.body.deployKey,
      scenarioName: 'release',
      serverGroupName: 'web',
      serverGroupId: 2,
      binaryVersion: null,
      executeDate: expect.stringMatching(/^2026-03-31T23:3\d:\d\d\+09:00$/),
      executeUser: 'dev@example.com',
      totalResult: 'FAIL',
    });
  });

  test('56 joins the versions of the Binary Deploy tasks in task order', async () => {
    await upload(installation.server, 'one', 'a.jar', '1.0');
    await upload(installation.server, 'two', 'b.jar', '0.9', 8);
    const put = { type: 'binary-deploy', latest: true, targetDirectory: '/tmp' };
    const id = await scenario(installation.server, [
      { ...put, group: 8 },
      { ...put, group: 'Default' },
    ]);
    await runToItsEnd({}, { scenario: id });
    expect((await histories(installation.server)).deployHistories[0].binaryVersion).toBe('0.9,1.0');
  });

  test('56 filters by server group, newest first, page by page', async () => {
    await runToItsEnd({}, { group: 10 });
    const all = await histories(installation.server);
    const away = await histories(installation.server, '?serverGroupId=10');
    expect(away.totalCount).toBe(2);
    expect(away.deployHistories.map((row) => row.serverGroupName)).toEqual(['away', 'away']);
    const pages = [];
    for (let page = 1; page <= 3; page += 1)
      pages.push(await histories(installation.server, `?pageNum=${page}&pageSize=2`));
    expect(pages.map((page) => page.totalCount)).toEqual([all.totalCount, all.totalCount, all.totalCount]);
    expect(pages.flatMap((page) => page.deployHistories)).toEqual(all.deployHistories);
    expect((await histories(installation.server, '?pageNum=99')).deployHistories).toEqual([]);
  });

  test.each([
    ['?deploymentYearFrom=2025-06-07&deploymentYearTo=2026-06-17', 'BAD_REQUEST'],
    ['?deploymentYearFrom=2026-03-02&deploymentYearTo=2026-03-01', 'BAD_REQUEST'],
    ['?deploymentYearFrom=yesterday', 'BAD_REQUEST'],
    ['?pageNum=0', 'BAD_REQUEST'],
    ['?pageSize=x', 'BAD_REQUEST'],
    ['?serverGroupId=x', 'BAD_REQUEST'],
    ['?serverGroupId=999', 'NOT_FOUND_SERVER_GROUP'],
    ['?serverGroupId=0', 'SUCCESS'],
    ['?deploymentYearFrom=2025-03-31&deploymentYearTo=2026-03-31', 'SUCCESS'],
  ])('56 %s answers %s', async (query, resultCode) => {
    expect((await list(`1/deploy-histories${query}`)).json.header.resultCode).toBe(resultCode);
  });

  test('56 days are Korean days, and the default is the last month', async () => {
    const before = (await histories(installation.server)).totalCount;
    // Into April 1st in Seoul, still March 31st in UTC.
    clock.advance(30 * 60_000);
    await runToItsEnd();
    const april = '?deploymentYearFrom=2026-04-01&deploymentYearTo=2026-04-01';
    expect((await histories(installation.server, april)).totalCount).toBe(1);
    const march = '?deploymentYearFrom=2026-03-31&deploymentYearTo=2026-03-31';
    expect((await histories(installation.server, march)).totalCount).toBe(before);
    clock.advance(31 * day);
    expect((await histories(installation.server)).totalCount).toBe(0);
    expect((await histories(installation.server, '?deploymentYearFrom=2026-03-31')).totalCount).toBe(
      before + 1,
    );
  });

  test('58 renaming a scenario does not change old rows', async () => {
    const { server } = installation;
    await runToItsEnd();
    await server.call(`${native}/scenarios/3`, {
      method: 'PATCH',
      key: adminKey,
      json: { name: 'release two' },
    });
    expect((await histories(server)).deployHistories[0].scenarioName).toBe('release');
    await server.call(`${native}/scenarios/3`, { method: 'PATCH', key: adminKey, json: { name: 'release' } });
  });

  test('is exported as CSV, at most five years of it', async () => {
    const { server } = installation;
    const csv = await server.call(`${native}/deployments.csv`, { key: adminKey });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const rows = csv.text.trimEnd().split('\r\n').slice(1);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatch(/^\d+,FAIL,release,web,,dev@example.com,2026-05-02T/);
  });
});

describe('the lists', () => {
  test('57 N lists exactly the scenarios mapped to a group', async () => {
    const authorization = `Bearer ${await tokenOf(installation.server)}`;
    const path = `/api/v2.1/projects/${appKey}/artifacts/1/server-groups/10/scenarios`;
    const answer = await installation.server.call(path, { headers: { authorization } });
    expect(answer.json.body).toEqual({ scenarios: [{ scenarioId: 3, scenarioName: 'release' }] });
    const unknown = await installation.server.call(path.replace('/10/', '/99/'), {
      headers: { authorization },
    });
    expect(unknown.json.header.resultCode).toBe('NOT_FOUND_SERVER_GROUP');
  });

  test('J lists server groups by id, for a VIEWER too', async () => {
    const path = `/api/v2.0/projects/${appKey}/artifacts/1/server-groups`;
    const answer = await installation.server.call(path, { headers: xtc(keys.viewer) });
    expect(answer.json.body.serverGroups).toEqual([
      { id: 2, name: 'web', description: null, osType: 'LINUX', serverCount: 3 },
      { id: 9, name: 'nobody', description: null, osType: 'LINUX', serverCount: 0 },
      { id: 10, name: 'away', description: null, osType: 'LINUX', serverCount: 2 },
    ]);
    const unknown = await list('99/server-groups');
    expect(unknown.json.header.resultCode).toBe('NOT_FOUND_ARTIFACT_INFO');
  });
});

describe('O, scenarios over the wire', () => {
  const path = (rest = '') => `/api/v1.0/projects/${appKey}/artifacts/1/server-group/2/scenario${rest}`;
  const call = (rest: string, options: object = {}) =>
    installation.server.call(path(rest), { headers: xtc(), ...options });

  test('a search answers an array with seq and name', async () => {
    const { body } = (await call('?scenarioName=REL&page=1&pageSize=10')).json;
    expect(body).toMatchObject([
      { seq: 3, name: 'release', tasks: [{ type: 'user-command', command: 'echo hi' }] },
    ]);
    expect((await call('?page=2&pageSize=1')).json.body).toHaveLength(1);
    expect((await call('?page=0')).json.header.resultCode).toBe('BAD_REQUEST');
  });

  test('what a search answered can be changed and sent back', async () => {
    const [found] = (await call('?scenarioName=empty')).json.body;
    const tasks = [{ type: 'user-command', name: 'new', timeoutMinutes: 5, command: 'true', unknown: null }];
    const answer = await call(`/${found.seq}`, { method: 'POST', json: { ...found, tasks } });
    expect(answer.json).toMatchObject({
      header: { resultCode: 'SUCCESS' },
      body: { seq: found.seq, tasks: [{ name: 'new' }] },
    });
    expect((await call('?scenarioName=empty')).json.body[0].tasks).toHaveLength(1);
    await call(`/${found.seq}`, { method: 'POST', json: { ...found, tasks: [] } });
  });

  test.each([
    ['a Jenkins task', { preRun: [{ type: 'jenkins-cli-build' }] }],
    ['a task without a command', { tasks: [{ type: 'user-command' }] }],
    ['tasks that are no list', { tasks: 'x' }],
    ['a name that is no text', { name: 5 }],
    ['another seq', { seq: 99 }],
  ])('%s is a bad request', async (_, json) => {
    expect((await call('/3', { method: 'POST', json })).json.header.resultCode).toBe('BAD_REQUEST');
  });

  test('a VIEWER may search and not replace', async () => {
    const headers = xtc(keys.viewer);
    expect((await call('', { headers })).json.header.resultCode).toBe('SUCCESS');
    const refused = await call('/3', { method: 'POST', headers, json: { name: 'mine' } });
    expect(refused.json.header.resultCode).toBe('PERMISSION_DENIED');
  });
});
