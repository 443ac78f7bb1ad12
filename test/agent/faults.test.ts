import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CoreError } from '../../src/errors/index.ts';
import { isAlive } from '../harness/process-life.ts';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;

beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.close());

const script = (text: string, more = {}) => ({ kind: 'script', shell: '/bin/bash', text, ...more }) as const;
const waitFor = (file: string) => `while [ ! -e '${join(server.folder, file)}' ]; do sleep 0.02; done`;
const letGo = (file: string) => writeFile(join(server.folder, file), '');

test('after a kill -9 the running step is interrupted, its survivors are ended, and nothing runs twice', async () => {
  const agent = server.agent('s1');
  const runs = join(server.folder, 'runs');
  const lease = server.gateway.offer([
    script(`echo run >> ${runs}; setsid sh -c 'echo $$; exec sleep 1000' & echo $$; sleep 1000`),
    script(`echo next >> ${runs}`),
  ]);
  await server.gateway.until(() => (server.gateway.output(lease).text.match(/\n/g) ?? []).length === 2);
  const pids = server.gateway.output(lease).text.trim().split('\n').map(Number);
  await agent.kill('SIGKILL');
  expect(pids.every(isAlive)).toBe(true);
  agent.restart();
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state, reason }) => ({ state, reason }))).toEqual([
    { state: 'interrupted', reason: 'interrupted' },
  ]);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(await readFile(runs, 'utf8')).toBe('run\n');

  const next = await server.gateway.ended(server.gateway.offer([script('true')]));
  expect(next[0]?.state).toBe('succeeded');
});

test('a lease with secrets leaves none in the state folder after a kill -9, and ends interrupted', async () => {
  const agent = server.agent('s1');
  const lease = server.gateway.offer([script('echo begun hunter2; sleep 1000'), script('echo hunter2')], {
    masked: ['hunter2'],
  });
  await server.gateway.printed(lease, 'begun ******');
  await agent.kill('SIGKILL');
  expect(await readFile(join(agent.state, 'journal.jsonl'), 'utf8')).not.toContain('hunter2');
  agent.restart();
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['interrupted']);
  expect(await readdir(join(agent.state, 'steps'))).toEqual([]);
});

test('a file that was being fetched at a kill -9 is put by the restarted agent, and the next step runs', async () => {
  const agent = server.agent('s1');
  const bytes = randomBytes(100_000);
  const blob = server.gateway.keep(bytes);
  const serve = server.gateway.blob.bind(server.gateway);
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  server.gateway.blob = async () => {
    asked();
    return { size: blob.size, open: async () => new Readable({ read() {} }) };
  };
  const lease = server.gateway.offer([
    { kind: 'put-file', blob, directory: '~/apps', fileName: 'app.jar' },
    script('cat ~/apps/app.jar | wc -c'),
  ]);
  await isAsked;
  await server.gateway.started(lease);
  await agent.kill('SIGKILL');
  server.gateway.blob = serve;
  agent.restart();
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  expect(server.gateway.output(lease, 1).text.trim()).toBe('100000');
  const starts = server.gateway.eventsOf(lease).filter((event) => event.kind === 'step-started');
  expect(starts.map(({ index }) => index)).toEqual([0, 1]);
  expect(await readdir(join(server.folder, 'apps'))).toEqual(['app.jar']);
});

test('a lease that was cancelled while its agent was away runs nothing more', async () => {
  const agent = server.agent('s1');
  const blob = server.gateway.keep(randomBytes(10));
  server.gateway.blob = async () => ({ size: blob.size, open: async () => new Readable({ read() {} }) });
  const lease = server.gateway.offer([
    { kind: 'put-file', blob, directory: '~/apps', fileName: 'a' },
    script('true'),
  ]);
  await server.gateway.started(lease);
  await agent.kill('SIGKILL');
  server.gateway.cancel(lease);
  agent.restart();
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['cancelled']);
});

test('a step goes on while the server is away, and all its events arrive once, in order', async () => {
  const agent = server.agent('s1');
  const lease = server.gateway.offer([
    script(`echo one; ${waitFor('away')}; echo two; touch ~/ended`),
    script('echo three'),
  ]);
  await server.gateway.printed(lease, 'one');
  await server.cut();
  await letGo('away');
  await agent.logged('no connection');
  await agent.logged('trying on');
  await expect.poll(() => existsSync(join(server.folder, 'ended'))).toBe(true);
  await server.open();
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  expect(server.gateway.output(lease).text).toBe('one\ntwo\n');
  const sequences = server.gateway.eventsOf(lease).map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, place) => place + 1));
});

test('events that the server could not take are kept over a restart of the agent and sent with their numbers', async () => {
  const agent = server.agent('s1');
  await server.gateway.until(() => server.gateway.polls.length > 0);
  server.gateway.reportRefusal = new CoreError('unavailable', 'The database is away');
  const lease = server.gateway.offer([script('echo kept')]);
  await agent.logged('cannot report');
  const journal = join(server.folder, 's1', 'journal.jsonl');
  await expect.poll(() => readFile(journal, 'utf8'), { interval: 10 }).toContain('"lease-ended"');
  await agent.kill('SIGKILL');
  server.gateway.reportRefusal = undefined;
  agent.restart();
  const ends = await server.gateway.ended(lease);
  expect(ends).toHaveLength(1);
  expect(server.gateway.output(lease).text).toBe('kept\n');
  expect(server.gateway.eventsOf(lease).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  expect(server.gateway.repeated).toEqual([]);
});

test('a removed host ends what it runs and stops', async () => {
  const agent = server.agent('s1');
  const lease = server.gateway.offer([script('echo $$; sleep 1000')]);
  await server.gateway.printed(lease, '\n');
  server.gateway.forget('s1');
  await server.cut();
  await server.open();
  expect(await agent.exit()).toBe(3);
  expect(isAlive(Number(server.gateway.output(lease).text))).toBe(false);
});

test('a report that the server cannot read is dropped, and the host stays useful', async () => {
  const agent = server.agent('s1');
  await server.gateway.until(() => server.gateway.polls.length > 0);
  server.gateway.reportRefusal = new CoreError('invalid', 'events/0/kind should be known');
  server.gateway.offer([script('true')]);
  await agent.logged('which is dropped');
  server.gateway.reportRefusal = undefined;
  const ends = await server.gateway.ended(server.gateway.offer([script('true')]));
  expect(ends[0]?.state).toBe('succeeded');
});

test('SIGTERM ends the running step as interrupted, tells the server, and exits 0', async () => {
  const agent = server.agent('s1');
  const lease = server.gateway.offer([script('echo $$; sleep 1000')]);
  await server.gateway.printed(lease, '\n');
  expect(await agent.kill('SIGTERM')).toBe(0);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state }) => state)).toEqual(['interrupted']);
  expect(isAlive(Number(server.gateway.output(lease).text))).toBe(false);
});

test('a torn last line of the journal does not stop the agent', async () => {
  const agent = server.agent('s1');
  await server.gateway.ended(server.gateway.offer([script('true')]));
  await agent.kill('SIGKILL');
  await writeFile(join(agent.state, 'journal.jsonl'), '{"kind":"lea', { flag: 'a' });
  agent.restart();
  const ends = await server.gateway.ended(server.gateway.offer([script('true')]));
  expect(ends[0]?.state).toBe('succeeded');
});
