import { execFile } from 'node:child_process';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;

beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.close());

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  return await promisify(execFile)(process.execPath, [server.program, ...args], {
    env: { PATH: process.env.PATH, ...environment },
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
  );
}

test('an agent joins with what it was told and keeps its credential to itself', async () => {
  const agent = server.agent('web 1', [
    '--address',
    '10.0.0.7',
    '--label',
    'zone=a',
    '--label',
    'disk=ssd=2',
  ]);
  await server.gateway.until(() => server.gateway.polls.length > 0);
  expect(server.gateway.joins[0]).toMatchObject({
    name: 'web 1',
    address: '10.0.0.7',
    labels: { zone: 'a', disk: 'ssd=2' },
    platform: `${process.platform}-${process.arch}`,
    seenAddress: '127.0.0.1',
    replace: false,
  });
  const file = join(agent.state, 'credential.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(agent.state)).mode & 0o777).toBe(0o700);
  expect(await readFile(file, 'utf8')).not.toContain('good-token');
});

test('a restarted agent uses its credential and needs no token', async () => {
  const agent = server.agent('s1', [], {});
  await server.gateway.until(() => server.gateway.polls.length > 0);
  await agent.kill('SIGTERM');
  const polls = server.gateway.polls.length;
  const again = server.agent('s1', [], { SLIPWAY_TOKEN: '' });
  await server.gateway.until(() => server.gateway.polls.length > polls);
  expect(server.gateway.joins).toHaveLength(1);
  expect(await again.kill('SIGTERM')).toBe(0);
});

test('--join-only joins and exits, and is done at once the second time', async () => {
  const agent = server.agent('s1', ['--join-only']);
  expect(await agent.exit()).toBe(0);
  agent.restart();
  expect(await agent.exit()).toBe(0);
  expect(server.gateway.joins).toHaveLength(1);
  expect(server.gateway.polls).toHaveLength(0);
});

test('a token may come from a file', async () => {
  const file = join(server.folder, 'token');
  await writeFile(file, 'good-token\n');
  const agent = server.agent('s1', ['--token-file', file, '--join-only'], { SLIPWAY_TOKEN: '' });
  expect(await agent.exit()).toBe(0);
});

test('a wrong token ends the agent with 3 and what to do', async () => {
  const agent = server.agent('s1', ['--token', 'wrong']);
  expect(await agent.exit()).toBe(3);
  expect(agent.log).toContain('The join token is not known');
  expect(agent.log).toContain('make a new one on the server');
});

test('a name that is taken ends the agent with 3, and --replace takes it over', async () => {
  const first = server.agent('s1');
  await server.gateway.until(() => server.gateway.polls.length > 0);
  const second = server.agent('s1', ['--state', join(server.folder, 'other')]);
  expect(await second.exit()).toBe(3);
  expect(second.log).toContain('--replace');

  const third = server.agent('s1', ['--state', join(server.folder, 'other'), '--replace']);
  await server.gateway.until(() => server.gateway.joins.length === 2);
  await server.cut();
  await server.open();
  expect(await first.exit()).toBe(3);
  expect(first.log).toContain('does not accept this host any more');
  await server.gateway.ended(
    server.gateway.offer([{ kind: 'script', shell: '/bin/sh', text: 'true' }], { host: 's1' }),
  );
  expect(await third.kill('SIGTERM')).toBe(0);
});

test('a removed host stops with 3 and says how to join anew', async () => {
  const agent = server.agent('s1');
  await server.gateway.until(() => server.gateway.polls.length > 0);
  server.gateway.forget('s1');
  await server.cut();
  await server.open();
  expect(await agent.exit()).toBe(3);
  expect(agent.log).toContain('remove credential.json');
});

test('a removed host that was started with --replace and a token joins anew at its next start', async () => {
  const agent = server.agent('s1', ['--replace']);
  await server.gateway.until(() => server.gateway.polls.length > 0);
  await agent.kill('SIGTERM');
  server.gateway.forget('s1');
  const polls = server.gateway.polls.length;
  agent.restart();
  await server.gateway.until(() => server.gateway.polls.length > polls);
  expect(server.gateway.joins).toHaveLength(2);
});

test('a second agent on one state folder exits with 4 and names the first', async () => {
  const first = server.agent('s1');
  await server.gateway.until(() => server.gateway.polls.length > 0);
  const second = server.agent('s1');
  expect(await second.exit()).toBe(4);
  expect(second.log).toContain(`process ${first.pid}`);
});

test('the lock of an agent that was killed is taken over', async () => {
  const agent = server.agent('s1');
  await server.gateway.until(() => server.gateway.polls.length > 0);
  await agent.kill('SIGKILL');
  const polls = server.gateway.polls.length;
  agent.restart();
  await server.gateway.until(() => server.gateway.polls.length > polls);
});

test('a join whose answer was lost is asked for again, also by a successor of the agent', async () => {
  server.gateway.losesJoinAnswers = true;
  const agent = server.agent('s1');
  await server.gateway.until(() => server.gateway.joins.length > 0);
  await agent.kill('SIGKILL');
  server.gateway.losesJoinAnswers = false;
  agent.restart();
  await server.gateway.until(() => server.gateway.polls.length > 0);
  expect(new Set(server.gateway.joins.map((join) => join.credential)).size).toBe(1);
  expect(await readdir(agent.state)).not.toContain('credential.json.joining');
});

test('an agent that starts before its server joins when the server is there', async () => {
  await server.cut();
  const agent = server.agent('s1');
  await agent.logged('next try in');
  await server.open();
  await server.gateway.until(() => server.gateway.polls.length > 0);
});

test('the installed copy updates itself when it is idle, and goes on as the same host', async () => {
  const installed = join(server.folder, 's1', 'slipway-agent.mjs');
  await server.agent('s1', ['--join-only']).exit();
  await copyFile(server.program, installed);
  await writeFile(installed, '\n// an older build\n', { flag: 'a' });
  const old = (await run(['--version'], {})).text.trim();
  const args = ['--server', server.url, '--name', 's1', '--state', join(server.folder, 's1'), '--supervised'];
  const first = execFile(process.execPath, [installed, ...args]);
  await server.gateway.until(() => server.gateway.polls.length > 0);
  server.gateway.updateTo = old;
  server.gateway.offer([{ kind: 'script', shell: '/bin/sh', text: 'true' }]);
  const code = await new Promise((resolve) => first.once('exit', resolve));
  expect(code).toBe(0);
  expect((await readFile(installed)).equals(await readFile(server.program))).toBe(true);
});

test('a copy that was not installed in the state folder does not update itself', async () => {
  const agent = server.agent('s1');
  server.gateway.updateTo = '9.9.9+other';
  await server.gateway.until(() => server.gateway.polls.length > 1);
  expect(agent.log).not.toContain('updat');
});

test('--help and --version answer without joining', async () => {
  expect((await run(['--help'])).text).toContain('--token-file');
  expect((await run(['--version'])).text).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}\n$/);
  const { version } = (await (await fetch(`${server.url}/agent/version`)).json()) as { version: string };
  expect((await run(['--version'])).text.trim()).toBe(version);
});

test('wrong use exits with 2 and says what would be right', async () => {
  const { code, text } = await run([
    '--server',
    'http://deploy.example.com',
    '--name',
    'a',
    '--state',
    '/tmp/x',
  ]);
  expect(code).toBe(2);
  expect(text).toContain('--insecure');
});
