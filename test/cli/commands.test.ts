import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { proposeCompletions } from '@stricli/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { application } from '../../src/cli/application.ts';
import type { AgentProcess } from '../agent/agent-process.ts';
import { startAgent, startServer, type TestServer } from '../harness/server.ts';
import { keys, world } from '../management/world.ts';
import { type CommandResult, runCommand } from './run-command.ts';

let server: TestServer;
let agent: AgentProcess;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  server = await startServer({ declaration: world });
  agent = await startAgent(server, 's1');
});
afterAll(async () => {
  await agent?.kill('SIGTERM');
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

function slipway(
  args: string,
  options: { as?: keyof typeof keys; onOutput?: (text: string) => void } = {},
): Promise<CommandResult> {
  const key = keys[options.as ?? 'boss'];
  const env = { SLIPWAY_URL: server.url, SLIPWAY_KEY_ID: key.id, SLIPWAY_KEY_SECRET: key.secret };
  return runCommand(args.split(' '), {
    env,
    cwd: folder,
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
}

describe('usage', () => {
  test.each([
    ['serber', 'did you mean `server`?'],
    ['get rolouts', 'did you mean rollouts?'],
    ['get', 'Expected argument for kind'],
    ['get hosts -o yaml', 'yaml'],
    ['get rollouts --filter running', 'A filter is name=value'],
    ['describe rollout', 'Which rollout?'],
    ['apply -f nowhere.yaml', 'nowhere.yaml cannot be read (ENOENT)'],
    ['rollout run shop-api greet', 'Name the artifact as project/artifact'],
  ])('slipway %s: status 2 and what would be right', async (args, text) => {
    const { code, stderr } = await slipway(args);
    expect(stderr).toContain(text);
    expect(code).toBe(2);
  });

  test.each([
    'server',
    'apply',
    'get',
    'describe',
    'logs',
    'rollout',
    'rollout run',
    'backup',
    'restore',
    'completion',
  ])('slipway %s --help explains itself', async (command) => {
    const { code, stdout } = await slipway(`${command} --help`);
    expect([code, stdout]).toEqual([0, expect.stringContaining('USAGE')]);
  });

  test('the settings of the server stand below its usage, with their defaults, and not in it', async () => {
    const [all, server] = [await slipway('--help'), await slipway('server --help')];
    expect(all.stdout).toContain('  slipway server\n');
    expect(server.stdout).toContain('  slipway server [--SETTING value]...\n');
    expect(server.stdout).toMatch(
      /--port\] +Where the server listens; 0 takes any free port. Default: 4600\n/,
    );
    expect(server.stdout).toMatch(
      /--declaration\] +A file that is applied at start, before the port opens.\n/,
    );
  });

  test('what the server refuses becomes a status of its own', async () => {
    expect(await slipway('describe host web-404')).toMatchObject({
      code: 4,
      stderr: 'slipway: There is no host web-404\n',
    });
    expect(await slipway('get principals', { as: 'dev' })).toMatchObject({ code: 3 });
    expect(await runCommand(['get', 'hosts'])).toMatchObject({ code: 3 });
    const nowhere = { SLIPWAY_URL: 'http://127.0.0.1:9', SLIPWAY_KEY_ID: 'a', SLIPWAY_KEY_SECRET: 'b' };
    expect(await runCommand(['get', 'hosts'], { env: nowhere })).toMatchObject({ code: 5 });
  });
});

describe('completion', () => {
  const proposals = async (...words: string[]): Promise<string[]> => {
    const context = { process: { stdout: process.stdout, stderr: process.stderr, env: {} } };
    return (await proposeCompletions(application, words, context as never)).map(
      ({ completion }) => completion,
    );
  };

  test('commands, kinds and flags are proposed by what is typed so far', async () => {
    expect(await proposals('ro')).toEqual(['router', 'rollout']);
    expect(await proposals('rollout', '')).toEqual(['plan', 'run', 'watch', 'stop', 'again']);
    expect(await proposals('get', 'ho')).toEqual(['hosts']);
    expect(await proposals('apply', '--dr')).toEqual(['--dry-run']);
  });
});

describe('looking', () => {
  test('lists are tables, or the API’s own items as JSON', async () => {
    expect((await slipway('get hosts')).stdout).toMatch(/^NAME +UP +ADDRESS.*\ns1 +yes +127\.0\.0\.1/);
    expect(JSON.parse((await slipway('get hosts -o json')).stdout)).toMatchObject([{ name: 's1', up: true }]);
    expect((await slipway('get principals')).stdout).toMatch(/\nboss@example\.com +person +yes\n/);
  });

  test('paths of a dialect are listed by their own fields', async () => {
    const { stdout } = await slipway('get nhn-deploy/projects/1/artifacts');
    expect(stdout).toMatch(/^ID +/);
    expect(stdout).toContain('shop-api');
  });

  test('nothing found is said on standard error only', async () => {
    expect(await slipway('get rollouts --filter host=nowhere')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nothing found.\n',
    });
  });
});

describe('applying', () => {
  const declaration = 'hosts:\n  - { name: web-1, labels: { room: a } }\n';

  test('shows, does, and then finds everything as declared', async () => {
    await writeFile(join(folder, 'slipway.yaml'), declaration);
    const looked = await slipway('apply -f slipway.yaml --dry-run');
    expect(looked).toEqual({
      code: 0,
      stderr: '',
      stdout: '+ hosts/web-1\n\n1 to create, 0 to update, 0 to remove.\n',
    });
    const asked = await slipway('apply -f slipway.yaml');
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('give --yes')]);
    expect((await slipway('apply -f slipway.yaml --yes')).stdout).toContain('Applied.');
    expect((await slipway('apply -f slipway.yaml --yes')).stdout).toBe('Everything is as declared.\n');
    await writeFile(join(folder, 'slipway.yaml'), declaration.replace('room: a', 'room: b'));
    expect((await slipway('apply -f slipway.yaml --dry-run')).stdout).toContain(
      '~ hosts/web-1\n    labels.room: a → b\n',
    );
  });

  test('tells every mistake on a line of its own', async () => {
    await writeFile(join(folder, 'wrong.yaml'), 'hosts: [{ nmae: x }]\nprincipls: []\n');
    const { code, stderr } = await slipway('apply -f wrong.yaml --yes');
    expect(code).toBe(1);
    expect(stderr.split('\n').map((line) => line.split(':')[0])).toEqual([
      'slipway',
      'hosts/0/nmae',
      'principls',
      '',
    ]);
  });
});

describe('rollouts', () => {
  const idIn = (text: string): string => /^rollout +([0-9a-f-]{36})$/m.exec(text)?.[1] ?? '';

  test('a scenario is planned, run and followed, and its output printed', async () => {
    const planned = await slipway('rollout plan demo/shop-api greet', { as: 'dev' });
    expect(planned.stdout).toMatch(/on s1/);
    expect(planned.stdout).toContain('- script: hello');
    expect((await slipway('get rollouts')).stdout).toBe('');

    const run = await slipway('rollout run demo/shop-api greet', { as: 'dev' });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^s1 · .* · hello: succeeded$/m);
    const id = idIn(run.stdout);
    const logs = await slipway(`logs ${id} --step hello`, { as: 'viewer' });
    expect(logs.stdout).toMatch(/^s1 hello \| hello from /);
    expect(logs.stderr).toBe('s1 hello | careful\n');
    expect((await slipway(`describe rollout ${id}`)).stdout).toContain('succeeded');
    const again = await slipway(`rollout again ${id}`, { as: 'dev' });
    expect(again.code).toBe(0);
    expect(idIn(again.stdout)).not.toBe(id);
  });

  test('a failure is the exit status', async () => {
    const { code, stderr, stdout } = await slipway('rollout run demo/shop-api break -o json', { as: 'dev' });
    expect(code).toBe(6);
    expect(stderr).toContain('The rollout ended failed');
    expect(JSON.parse(stdout).state).toBe('failed');
  });

  test('live output is printed while it is written, and a stop ends it', async () => {
    const { stdout } = await slipway('rollout run demo/shop-api hang --no-wait', { as: 'dev' });
    const id = stdout.trim();
    let stopping: Promise<CommandResult> | undefined;
    const logs = await slipway(`logs ${id} -f`, {
      onOutput: (text) => {
        if (text === 's1 sleep | asleep\n') stopping = slipway(`rollout stop ${id} --wait`, { as: 'dev' });
      },
    });
    expect(logs.stdout).toContain('s1 sleep | asleep\n');
    expect(await stopping).toMatchObject({
      code: 6,
      stderr: 'slipway: The rollout ended cancelled: Cancelled by dev@example.com.\n',
    });
  });
});

describe('a server that restarts', () => {
  test('is followed on, and nothing of the output is printed twice or lost', async () => {
    const { stdout } = await slipway('rollout run demo/shop-api count --no-wait', { as: 'dev' });
    let restarting: Promise<void> | undefined;
    const logs = await slipway(`logs ${stdout.trim()} -f`, {
      onOutput: (text) => {
        if (text === 's1 count | line 3\n') restarting ??= server.restart();
      },
    });
    await restarting;
    expect(logs).toEqual({
      code: 0,
      stderr: '',
      stdout: [1, 2, 3, 4, 5, 6].map((n) => `s1 count | line ${n}\n`).join(''),
    });
  });
});

describe('backup and restore', () => {
  test('a running server is backed up, and another data folder comes up with everything', async () => {
    const backup = join(folder, 'backup');
    await slipway('rollout run demo/shop-api greet', { as: 'dev' });
    const made = await slipway(`backup ${backup} --data ${server.data}`);
    expect(made).toMatchObject({ code: 0, stdout: `The backup is in ${backup}.\n` });
    expect((await stat(join(backup, 'secret.key'))).mode & 0o777).toBe(0o600);

    const data = join(folder, 'restored');
    expect((await slipway(`restore ${backup} --data ${data}`)).stdout).toBe(
      `The backup is restored to ${data}.\n`,
    );
    const copy = await startServer({ settings: { data } });
    try {
      const answer = await copy.call('/api/slipway/v1/rollouts?limit=200', { key: keys.boss });
      const original = await server.call('/api/slipway/v1/rollouts?limit=200', { key: keys.boss });
      expect(answer.json.items.length).toBeGreaterThan(0);
      expect(answer.json.items).toEqual(original.json.items);
    } finally {
      await copy.close();
    }
  });

  test('a data folder with a server on it is not restored into', async () => {
    const { code, stderr } = await slipway(`restore ${join(folder, 'backup')} --data ${server.data}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is in use by process')]);
  });

  test('what was in the data folder is kept aside', async () => {
    const data = join(folder, 'twice');
    await slipway(`restore ${join(folder, 'backup')} --data ${data}`);
    const { stdout } = await slipway(`restore ${join(folder, 'backup')} --data ${data}`);
    const kept = /kept in (.*)\.$/m.exec(stdout)?.[1] ?? '';
    expect(await readdir(kept)).toEqual(expect.arrayContaining(['secret.key', 'slipway.db']));
  });

  test('a backup that is newer than the program is refused, and what is there stays', async () => {
    const newer = join(folder, 'newer');
    await slipway(`backup ${newer} --data ${server.data} --without-key`);
    const database = new DatabaseSync(join(newer, 'slipway.db'));
    database.exec("insert into migration_core (name, applied_at) values ('9999-future', 0)");
    database.close();
    const data = join(folder, 'kept');
    await slipway(`restore ${join(folder, 'backup')} --data ${data}`);
    const before = (await readdir(data)).filter((name) => !name.startsWith('lock'));
    const { code, stderr } = await slipway(`restore ${newer} --data ${data}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('newer than this program')]);
    expect((await readdir(data)).filter((name) => !name.startsWith('lock'))).toEqual(before);
  });

  test('a folder that is no backup, and one with other files, are refused', async () => {
    await writeFile(join(folder, 'other-file'), '');
    expect(await slipway(`restore ${folder} --data ${join(folder, 'new')}`)).toMatchObject({ code: 4 });
    expect(await slipway(`backup ${folder} --data ${server.data}`)).toMatchObject({ code: 2 });
    expect(await slipway(`backup ${join(folder, 'b')} --data ${join(folder, 'empty')}`)).toMatchObject({
      code: 4,
    });
  });
});
