import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/engine/protocol.ts';
import { isAlive } from '../harness/process-life.ts';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
  server.agent('s1', [], { SLIPWAY_SECRET_KEY: 'not for steps' });
});
afterAll(() => server.close());

type Timed = Extract<AgentEvent, { at: number }>;

const script = (text: string, more = {}) => ({ kind: 'script', shell: '/bin/bash', text, ...more }) as const;

/** Shell lines that wait until the test lets them go on. */
const waitFor = (file: string) => `while [ ! -e '${join(server.folder, file)}' ]; do sleep 0.02; done`;
const letGo = (file: string) => writeFile(join(server.folder, file), '');

test('a script runs, and its output and exit code are reported', async () => {
  const lease = server.gateway.offer([
    script('echo hi; echo oops >&2'),
    script('exit 3'),
    script('echo never'),
  ]);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state, exitCode, reason }) => ({ state, exitCode, reason }))).toEqual([
    { state: 'succeeded', exitCode: 0, reason: null },
    { state: 'failed', exitCode: 3, reason: 'exit-code' },
  ]);
  expect(server.gateway.output(lease).text).toBe('hi\n');
  expect(server.gateway.output(lease, 0, 'stderr').text).toBe('oops\n');
});

test('events share reports: one for every 120 ms that the lease takes, and one for the end', async () => {
  const before = server.gateway.reports;
  const lease = server.gateway.offer([script('true'), script('true'), script('true')]);
  await server.gateway.ended(lease);
  const events = server.gateway.eventsOf(lease);
  const at = (kind: string) => events.find((event): event is Timed => event.kind === kind)?.at ?? 0;
  const reports = server.gateway.reports - before;
  // Clocks count whole milliseconds, timers do not.
  const took = at('lease-ended') - at('step-started') + 2;
  expect(reports).toBeLessThanOrEqual(1 + Math.floor(took / 120));
});

test('events are numbered from 1 without a gap', async () => {
  const lease = server.gateway.offer([script('echo a'), script('echo b')]);
  await server.gateway.ended(lease);
  expect(server.gateway.eventsOf(lease).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('a failure that is ignored lets the next step run', async () => {
  const lease = server.gateway.offer([script('exit 1', { onFailure: 'ignore' }), script('echo on')]);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['failed', 'succeeded']);
});

test('output is passed on while the script runs', async () => {
  const lease = server.gateway.offer([script(`echo first; ${waitFor('live')}; echo second`)]);
  await server.gateway.printed(lease, 'first');
  expect(server.gateway.output(lease).text).toBe('first\n');
  await letGo('live');
  await server.gateway.ended(lease);
  expect(server.gateway.output(lease).text).toBe('first\nsecond\n');
});

test('a letter and a secret that are written in two halves arrive whole and masked', async () => {
  const text = `printf '\\xea\\xb0 hun'; ${waitFor('halves')}; printf 'ter2 \\x80!'`;
  const lease = server.gateway.offer(
    [script(`printf '\\xea\\xb0'; ${waitFor('letter')}; printf '\\x80'; ${text}`)],
    {
      masked: ['hunter2'],
    },
  );
  await server.gateway.until(() => server.gateway.output(lease).bytes.length >= 2);
  await letGo('letter');
  await server.gateway.printed(lease, '가');
  await letGo('halves');
  await server.gateway.ended(lease);
  expect(server.gateway.output(lease).text.startsWith('가')).toBe(true);
  expect(server.gateway.output(lease).text).toContain('******');
  expect(server.gateway.output(lease).text).not.toContain('hun');
});

test('of 3 MiB at once the last MiB arrives, and the offsets say what was cut', async () => {
  const size = 3 * 1_048_576;
  const lease = server.gateway.offer([script(`head -c ${size} /dev/zero | tr '\\0' x; printf END`)]);
  await server.gateway.ended(lease);
  const { bytes, text, end } = server.gateway.output(lease);
  expect(text.endsWith('xEND')).toBe(true);
  expect(end).toBe(size + 3);
  expect(bytes.length).toBeGreaterThanOrEqual(1_048_576);
});

test('the text is one script: with its own $0, many lines, closed input, the home as directory', async () => {
  const lines = '# a comment of some length, so that the text is longer than one argument may be\n'.repeat(
    12_000,
  );
  const lease = server.gateway.offer([script(`${lines}read -r line; echo "read: $? $(basename "$0")"; pwd`)]);
  const [end] = await server.gateway.ended(lease);
  expect(end?.state).toBe('succeeded');
  expect(server.gateway.output(lease).text).toBe(`read: 1 script\n${server.folder}\n`);
});

test('a shell may carry arguments', async () => {
  const lease = server.gateway.offer([script('false; echo not reached', { shell: '/bin/bash -e' })]);
  const [end] = await server.gateway.ended(lease);
  expect(end?.exitCode).toBe(1);
  expect(server.gateway.output(lease).text).toBe('');
});

test('a step sees its own values and the mark, and nothing else of SLIPWAY_*', async () => {
  const lease = server.gateway.offer([
    script('env | grep -E "SLIPWAY|COLOR"; tr "\\0" "\\n" </proc/$PPID/environ | grep -c SLIPWAY_TOKEN', {
      environment: { COLOR: 'blue' },
    }),
  ]);
  await server.gateway.ended(lease);
  expect(server.gateway.output(lease).text).toMatch(
    /^(SLIPWAY_STEP=\S+\nCOLOR=blue|COLOR=blue\nSLIPWAY_STEP=\S+)\n1\n$/,
  );
});

test('a shell that is not there fails the step with words', async () => {
  const lease = server.gateway.offer([script('true', { shell: '/bin/nosh' })]);
  const [end] = await server.gateway.ended(lease);
  expect(end).toMatchObject({ state: 'failed', reason: 'step-error' });
  expect(end?.reasonText).toContain('/bin/nosh');
});

test.each(['', 'sh\0x'])('the shell %j fails the step and not the agent', async (shell) => {
  const lease = server.gateway.offer([script('true', { shell }), script('echo never')]);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state, reason }) => ({ state, reason }))).toEqual([
    { state: 'failed', reason: 'step-error' },
  ]);
});

test('check-shell knows programs by path and by name, and says what is missing', async () => {
  const lease = server.gateway.offer([
    { kind: 'check-shell', shell: '/bin/bash -l' },
    { kind: 'check-shell', shell: 'sh' },
    { kind: 'check-shell', shell: '/bin/nosh' },
  ]);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed']);
  expect(server.gateway.output(lease, 2).text).toContain('The shell /bin/nosh does not exist on this host');
});

test('a timeout ends the whole tree, also a grandchild that left the group', async () => {
  const lease = server.gateway.offer([
    script(`setsid sh -c 'echo away $$; exec sleep 1000' & sh -c 'echo child $$; exec sleep 1000'`, {
      timeoutSeconds: 3,
    }),
    script('echo never'),
  ]);
  const ends = await server.gateway.ended(lease);
  expect(ends).toHaveLength(1);
  expect(ends[0]).toMatchObject({ state: 'failed', reason: 'timeout' });
  const pids = [...server.gateway.output(lease).text.matchAll(/\d+/g)].map(Number);
  expect(pids).toHaveLength(2);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(server.gateway.output(lease, 0, 'stderr').text).toContain('not done within 3 s');
});

test('a script that ignores TERM is forced after the grace time', async () => {
  const lease = server.gateway.offer([
    script(`trap '' TERM; echo $$; while :; do sleep 0.1; done`, { timeoutSeconds: 1 }),
  ]);
  const [end] = await server.gateway.ended(lease);
  expect(end?.reason).toBe('timeout');
  expect(isAlive(Number(server.gateway.output(lease).text))).toBe(false);
});

test('a cancel ends the running step and starts no further one', async () => {
  const lease = server.gateway.offer([script('echo $$; sleep 1000'), script('echo never')]);
  await server.gateway.printed(lease, '\n');
  server.gateway.cancel(lease);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state, reason }) => ({ state, reason }))).toEqual([
    { state: 'cancelled', reason: 'cancelled' },
  ]);
  expect(isAlive(Number(server.gateway.output(lease).text))).toBe(false);
});

test('a cancel waits for a step that must finish, and starts no further one', async () => {
  const lease = server.gateway.offer([
    script(`echo begun; ${waitFor('finish')}; echo done`, { onCancel: 'finish' }),
    script('echo never'),
  ]);
  await server.gateway.printed(lease, 'begun');
  const polls = server.gateway.polls.length;
  server.gateway.cancel(lease);
  // The first poll may be the one that is answered with the cancel; the next one shows that the agent has read it.
  await server.gateway.until(() => server.gateway.polls.length >= polls + 2);
  await letGo('finish');
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['succeeded']);
  expect(server.gateway.output(lease).text).toBe('begun\ndone\n');
});

test('a daemon that a script leaves behind lives on, and nobody waits for it', async () => {
  const lease = server.gateway.offer([script('sleep 1000 & echo $!')]);
  const [end] = await server.gateway.ended(lease);
  const pid = Number(server.gateway.output(lease).text);
  expect(end?.state).toBe('succeeded');
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});
