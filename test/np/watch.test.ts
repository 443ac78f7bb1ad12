import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type PlannedAnswer, type RecordingApi, startRecordingApi } from './recording-api.ts';
import { type NpOptions, runNp } from './run-np.ts';

let api: RecordingApi;
beforeAll(async () => {
  api = await startRecordingApi();
});
afterAll(() => api.close());
beforeEach(() => api.clear());

const at = Date.UTC(2026, 0, 1, 12, 0, 0);

/** A deployment with so much traffic, and the first so many of its messages. */
function deployment(status: string, traffic: number, messages: number) {
  const said = ['created', 'traffic moves', 'it ended'].slice(0, messages);
  return {
    id: 6,
    status,
    strategy: 'blue_green',
    strategy_data: {
      switched_traffic: traffic,
      desired_switched_traffic: traffic,
      amount_instances_to_wait: 2,
      launched_instances: 2,
      healthy_instances: 2,
    },
    status_started_at: { [status]: new Date(at).toISOString() },
    messages: said.map((message, index) => ({ level: 'INFO', message, timestamp: at + index * 1000 })),
    release: { semver: '1.2.0' },
    scope: { name: 'production', domain: 'production.localhost' },
  };
}

/** Answers one after the other, the last one for ever. */
function play(...answers: (PlannedAnswer | object)[]): void {
  api.answer((_request, index) => {
    const answer = answers[Math.min(index, answers.length - 1)] ?? {};
    return 'id' in answer ? { json: answer } : answer;
  });
}

const watch = (words: string[] = [], options: NpOptions = {}) =>
  runNp(['deployment', 'watch', '--id', '6', ...words], {
    env: { NP_API_BASE: api.url, NP_TOKEN: 'mine' },
    ...options,
  });

test('outside of a terminal every change is a line, and nothing is said twice', async () => {
  play(
    deployment('running', 0, 1),
    deployment('running', 0, 1),
    deployment('running', 25, 2),
    deployment('finalized', 100, 3),
  );
  const { code, stdout, waits } = await watch();
  expect(stdout).toBe(`deployment 6: 1.2.0 to production, production.localhost (blue_green)
12:00:00  INFO     created
running · 0 % of the traffic on the new version · 2 of 2 instances healthy
12:00:01  INFO     traffic moves
running · 25 % of the traffic on the new version · 2 of 2 instances healthy
12:00:02  INFO     it ended
finalized · 100 % of the traffic on the new version · 2 of 2 instances healthy
`);
  expect([code, waits]).toEqual([0, [1000, 1000, 1000]]);
});

test('in a terminal the state is written over, and messages stay', async () => {
  play(deployment('running', 25, 1), deployment('finalized', 100, 3));
  const { stdout } = await watch([], { columns: 80 });
  // What a terminal does with it: go up so many lines, and clear the screen from there.
  const screen: string[] = [];
  const [first = '', ...redrawn] = stdout.split('\u001b[J');
  const up = (text: string) => text.lastIndexOf('\u001b[');
  for (const text of [first, ...redrawn]) {
    const ends = up(text) < 0 ? text : text.slice(0, up(text));
    screen.push(...ends.split('\n').slice(0, -1));
    if (up(text) >= 0) screen.splice(-Number.parseInt(text.slice(up(text) + 2), 10));
  }
  expect(screen.map((line) => line.replace(/ for \d+ .*/, ''))).toEqual([
    'deployment 6: 1.2.0 to production, production.localhost (blue_green)',
    '12:00:00  INFO     created',
    expect.stringMatching(/^Move traffic: {2}np deployment patch --id 6 /),
    expect.stringMatching(/^Finalise: {6}np deployment patch --id 6 /),
    '12:00:01  INFO     traffic moves',
    '12:00:02  INFO     it ended',
    '  status   finalized',
    '  traffic  ████████████████████████  100 % on the new version',
    '  health   ████████████████████████  2 of 2 instances healthy',
  ]);
});

test.each([
  ['finalized', 0],
  ['failed', 3],
  ['rolled_back', 4],
  ['cancelled', 5],
  ['creating_approval_denied', 6],
  ['deleted', 7],
])('a deployment that ends %s gives exit status %i', async (status, expected) => {
  play(deployment(status, 0, 1));
  expect((await watch()).code).toBe(expected);
});

test('--until stops at a status already, and --query prints of the deployment as it is then', async () => {
  play(deployment('creating', 0, 1), deployment('running', 0, 1));
  const { code, stdout, stderr } = await watch(['--until', 'running', '--query', '.status']);
  expect([code, stdout]).toEqual([0, 'running\n']);
  expect(stderr).toContain('creating · 0 % of the traffic');
});

test('--until ends beyond its status, too, where that went by between two looks', async () => {
  play(deployment('waiting_for_instances', 0, 1), deployment('finalizing', 100, 1));
  expect(await watch(['--until', 'running'])).toMatchObject({ code: 0, waits: [1000] });
  api.clear();
  play(deployment('running', 0, 1), deployment('rolling_back', 0, 1), deployment('rolled_back', 0, 1));
  expect((await watch(['--until', 'finalizing'])).code).toBe(4);
});

test('a terminal that cannot go up is written to line by line', async () => {
  play(deployment('finalized', 100, 3));
  const { stdout } = await watch([], {
    columns: 80,
    env: { NP_API_BASE: api.url, NP_TOKEN: 'mine', TERM: 'dumb' },
  });
  expect(stdout).toContain('finalized · 100 % of the traffic');
  expect(stdout).not.toContain('\u001b');
});

test('a server that is away for a while ends nothing', async () => {
  const away: PlannedAnswer = { status: 503, json: { message: 'restarting' } };
  play(deployment('running', 0, 1), ...Array<PlannedAnswer>(9).fill(away), deployment('finalized', 100, 1));
  const { code, stdout } = await watch();
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => line.includes('trying again'))).toEqual([
    'restarting (HTTP 503); trying again',
  ]);
});

test('a deployment that is not there is told at once', async () => {
  play({ status: 404, json: { message: 'Deployment not found' } });
  expect(await watch()).toMatchObject({ code: 1, stderr: 'Deployment not found (HTTP 404)\n', waits: [] });
});
