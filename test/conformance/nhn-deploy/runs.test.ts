import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ended,
  histories,
  historyOf,
  type Installation,
  run,
  runPath,
  scenario,
  startInstallation,
  xtc,
} from './runs-setup.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(async () => {
  await installation.close();
});

const failed = (resultCode: string, resultMessage: string) => ({
  header: { isSuccessful: false, serverTime: expect.any(Number), resultCode, resultMessage },
  body: null,
});
const badRequest = failed('BAD_REQUEST', 'The request is malformed or incorrect.');

// biome-ignore lint/suspicious/noExplicitAny: the answer is what is looked at
const statuses = (answer: { json: any }) =>
  answer.json.body.deployResult.map((server: { hostname: string; status: string }) => [
    server.hostname,
    server.status,
  ]);

describe('running a scenario', () => {
  test('31 a run with {} answers success, and what every server did', async () => {
    const answer = await run(installation.server);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(answer.json.header).toMatchObject({
      isSuccessful: true,
      resultCode: 'SUCCESS',
      resultMessage: 'success',
    });
    expect(answer.json.body.deployStatus).toBe('success');
    expect(statuses(answer)).toEqual([
      ['s1', 'success'],
      ['s2', 'success'],
      ['s3', 'success'],
    ]);
    for (const server of answer.json.body.deployResult) {
      expect(server.taskResult).toHaveLength(1);
      expect(server.taskResult[0]).toMatchObject({
        orderNo: 1,
        taskName: 'say',
        hostname: server.hostname,
        result: expect.stringContaining('hi'),
        stdErrResult: null,
        status: 'success',
        exitCode: 0,
        saltJid: null,
        stdoutCompleteStatus: null,
      });
    }
  });

  test('32 the body has exactly four fields, and every server repeats the key', async () => {
    const { body } = (await run(installation.server)).json;
    expect(Object.keys(body)).toEqual(['deployKey', 'deployStatus', 'deployResult', 'deployResultLocation']);
    expect(body.deployKey).toEqual(expect.any(Number));
    expect(body.deployResult.map((server: { deployKey: number }) => server.deployKey)).toEqual(
      Array(3).fill(body.deployKey),
    );
    expect(body.deployResultLocation).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/console\/deployments\/[0-9a-f-]+$/,
    );
  });

  test.each([
    ['no body', undefined],
    ['an empty body', ''],
    ['blanks', ' \r\n'],
  ])('33 %s behaves as {}', async (_, body) => {
    const answer = await installation.server.call(runPath(), {
      method: 'POST',
      headers: xtc(),
      body: body as string,
    });
    expect(answer.json.body).toMatchObject({ deployStatus: 'success' });
    expect(answer.json.body.deployResult).toHaveLength(3);
  });

  test('34 the chosen servers run, in the order of the group', async () => {
    const answer = await run(installation.server, { targetServerHostnames: 's2, s1' });
    expect(statuses(answer)).toEqual([
      ['s1', 'success'],
      ['s2', 'success'],
    ]);
  });

  test('34 a server that the group has not is a bad request and nothing runs', async () => {
    const before = await histories(installation.server);
    expect((await run(installation.server, { targetServerHostnames: 's1,s9' })).json).toEqual(badRequest);
    expect((await histories(installation.server)).totalCount).toBe(before.totalCount);
  });

  test('35 concurrentNum 1 runs one after another', async () => {
    const lock = join(installation.folder, 'alone');
    const id = await scenario(installation.server, [`mkdir ${lock} && sleep 0.1 && rmdir ${lock}`]);
    const answer = await run(installation.server, { concurrentNum: 1 }, { scenario: id });
    expect(statuses(answer)).toEqual([
      ['s1', 'success'],
      ['s2', 'success'],
      ['s3', 'success'],
    ]);
  });

  // A command that waits until so many of them have begun, and fails when too many are there at once.
  const meeting = (name: string, together: number, most: number) => `
    d=${join(installation.folder, name)}; mkdir -p $d/here $d/seen; touch $d/here/$HOST $d/seen/$HOST
    [ $(ls $d/here | wc -l) -le ${most} ] || exit 9
    for i in $(seq 1000); do [ $(ls $d/seen | wc -l) -ge ${together} ] && break; sleep 0.05; done
    [ $(ls $d/seen | wc -l) -ge ${together} ] || exit 8
    rm $d/here/$HOST`;

  test('35 concurrentNum 2 runs two at once and never three', async () => {
    const id = await scenario(installation.server, [meeting('two', 2, 2)]);
    const answer = await run(installation.server, { concurrentNum: 2 }, { scenario: id });
    expect(statuses(answer)).toEqual([
      ['s1', 'success'],
      ['s2', 'success'],
      ['s3', 'success'],
    ]);
  });

  test.each([0, 99])('35 concurrentNum %d runs all at once', async (concurrentNum) => {
    const id = await scenario(installation.server, [meeting(`all-${concurrentNum}`, 3, 3)]);
    const answer = await run(installation.server, { concurrentNum }, { scenario: id });
    expect(statuses(answer)).toEqual([
      ['s1', 'success'],
      ['s2', 'success'],
      ['s3', 'success'],
    ]);
  });

  test('36 a failure stops the servers that have not started', async () => {
    const id = await scenario(installation.server, ['[ $HOST != s1 ]']);
    const answer = await run(installation.server, { concurrentNum: 1 }, { scenario: id });
    expect(statuses(answer)).toEqual([
      ['s1', 'fail'],
      ['s2', 'cancel'],
      ['s3', 'cancel'],
    ]);
    expect(answer.json.body.deployResult[1].taskResult).toEqual([]);
    expect(answer.json.body.deployStatus).toBe('fail');
    expect(answer.json.header).toMatchObject({ isSuccessful: true, resultCode: 'SUCCESS' });
  });

  test('36 a failure stops nobody when all start at once', async () => {
    const id = await scenario(installation.server, ['[ $HOST != s1 ]']);
    const answer = await run(installation.server, {}, { scenario: id });
    expect(statuses(answer)).toEqual([
      ['s1', 'fail'],
      ['s2', 'success'],
      ['s3', 'success'],
    ]);
  });

  test('37 with nextWhenFail the next servers run, and the deployment has failed', async () => {
    const id = await scenario(installation.server, ['[ $HOST != s1 ]']);
    const answer = await run(
      installation.server,
      { concurrentNum: '1', nextWhenFail: 'TRUE' },
      { scenario: id },
    );
    expect(statuses(answer)).toEqual([
      ['s1', 'fail'],
      ['s2', 'success'],
      ['s3', 'success'],
    ]);
    expect(answer.json.body.deployStatus).toBe('fail');
  });

  test('38 a task behind a failed one has no entry', async () => {
    const id = await scenario(installation.server, ['exit 3', 'echo never']);
    const answer = await run(installation.server, { targetServerHostnames: 's1' }, { scenario: id });
    expect(
      answer.json.body.deployResult[0].taskResult.map((task: { orderNo: number }) => task.orderNo),
    ).toEqual([1]);
  });

  test('39 standard error alone is no failure, an exit code is', async () => {
    const loud = await scenario(installation.server, ['echo careful >&2']);
    const [said] = (await run(installation.server, { targetServerHostnames: 's1' }, { scenario: loud })).json
      .body.deployResult;
    expect(said).toMatchObject({
      status: 'success',
      taskResult: [{ stdErrResult: 'careful\n', result: '', exitCode: 0 }],
    });
    const three = await scenario(installation.server, ['exit 3']);
    const [exit] = (await run(installation.server, { targetServerHostnames: 's1' }, { scenario: three })).json
      .body.deployResult;
    expect(exit).toMatchObject({
      status: 'fail',
      taskResult: [{ status: 'fail', exitCode: 3, stdErrResult: null }],
    });
  });

  test('41 async answers deploying at once, and M tells the rest', async () => {
    const gate = join(installation.folder, 'gate');
    const id = await scenario(installation.server, [`until [ -e ${gate} ]; do sleep 0.05; done`]);
    const answer = await run(installation.server, { async: true }, { scenario: id });
    expect(answer.json.body.deployStatus).toBe('deploying');
    expect(statuses(answer)).toEqual([
      ['s1', 'deploying'],
      ['s2', 'deploying'],
      ['s3', 'deploying'],
    ]);
    const { deployKey } = answer.json.body;
    expect(await historyOf(installation.server, deployKey)).toMatchObject({ totalResult: 'RUNNING' });
    await writeFile(gate, '');
    await ended(installation.server, answer);
    expect(await historyOf(installation.server, deployKey)).toMatchObject({ totalResult: 'SUCCESS' });
  });

  test('42 a caller who hangs up leaves the run as it is', async () => {
    const [began, gate] = [join(installation.folder, 'began'), join(installation.folder, 'gate-42')];
    const wait = `touch ${began}-$HOST; until [ -e ${gate} ]; do sleep 0.05; done`;
    const id = await scenario(installation.server, [wait]);
    const patience = new AbortController();
    const call = installation.server.call(runPath({ scenario: id }), {
      method: 'POST',
      headers: xtc(),
      json: {},
      signal: patience.signal,
    });
    const running = await runningKey(id);
    patience.abort();
    await expect(call).rejects.toThrow();
    await writeFile(gate, '');
    await installation.server.server.parts.engine.waitForEnd(running.rolloutId);
    expect(await historyOf(installation.server, running.deployKey)).toMatchObject({ totalResult: 'SUCCESS' });
  });

  /** The running deployment of a scenario, as soon as it is there. */
  async function runningKey(scenarioId: number): Promise<{ deployKey: number; rolloutId: string }> {
    const { engine } = installation.server.server.parts;
    for (;;) {
      await setImmediate();
      const rollouts = await engine.list({ resources: ['/'], states: ['queued', 'running'], limit: 10 });
      for (const { id, owner } of rollouts) {
        const path = `/api/slipway/v1/nhn-deploy/projects/1/artifacts/1/deployments/${owner.id}`;
        const { json } = await installation.server.call(path, {
          key: { id: 'ADMINKEY000000000001', secret: 'adminsecret00001' },
        });
        if (json.scenario === scenarioId) return { deployKey: json.deployKey, rolloutId: id };
      }
    }
  }

  test('46 a server runs the tasks of one deployment at a time', async () => {
    const lock = join(installation.folder, 'server');
    const id = await scenario(installation.server, [
      `mkdir ${lock}-$HOST && sleep 0.1 && rmdir ${lock}-$HOST`,
    ]);
    const answers = await Promise.all([1, 2, 3].map(() => run(installation.server, {}, { scenario: id })));
    expect(new Set(answers.map((answer) => answer.json.body.deployKey)).size).toBe(3);
    expect(answers.map((answer) => answer.json.body.deployStatus)).toEqual(['success', 'success', 'success']);
  });

  test('an output of more than 1 MiB answers its end', async () => {
    const id = await scenario(installation.server, ['head -c 3000000 /dev/zero | tr "\\0" x; echo end']);
    const answer = await run(installation.server, { targetServerHostnames: 's1' }, { scenario: id });
    const { result } = answer.json.body.deployResult[0].taskResult[0];
    expect(result.endsWith('end\n')).toBe(true);
    expect(result).toMatch(/^\[the first \d+ bytes were cut\]\n/);
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(1_048_576);
  });

  test('pre-run tasks run first, on their own server, and a failed one starts no target', async () => {
    const file = join(installation.folder, 'order');
    const tell = (word: string) => `echo ${word} $HOST >> ${file}`;
    const preRun = [{ type: 'user-command', name: 'build', server: 's3', command: tell('build') }];
    const id = await scenario(installation.server, [tell('deploy')], { preRun });
    const answer = await run(installation.server, { targetServerHostnames: 's1' }, { scenario: id });
    expect(statuses(answer)).toEqual([
      ['s3', 'success'],
      ['s1', 'success'],
    ]);
    expect(await readFile(file, 'utf8')).toBe('build s3\ndeploy s1\n');

    const broken = await scenario(installation.server, ['true'], {
      preRun: [{ ...preRun[0], command: 'exit 1' }],
    });
    const stopped = await run(installation.server, { targetServerHostnames: 's1,s2' }, { scenario: broken });
    expect(statuses(stopped)).toEqual([
      ['s3', 'fail'],
      ['s1', 'cancel'],
      ['s2', 'cancel'],
    ]);
    expect(stopped.json.body.deployStatus).toBe('fail');
  });
});
