import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../harness/process-life.ts';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
let state: string;
let turn = 0;

beforeAll(async () => {
  server = await ScriptedServer.start();
  const script = await fetch(`${server.url}/agent/install.sh`);
  await writeFile(join(server.folder, 'install.sh'), await script.text());
});
beforeEach(() => {
  turn += 1;
  state = join(server.folder, `it's state ${turn}`);
});
afterAll(() => server.close());

async function install(args: readonly string[], environment: Record<string, string> = {}) {
  const all = ['-s', '--', '--state', state, '--no-systemd', ...args];
  const run = promisify(execFile)(
    'sh',
    ['-c', 'exec sh "$@" < "$0"', join(server.folder, 'install.sh'), ...all],
    {
      env: { PATH: process.env.PATH, HOME: server.folder, ...environment },
    },
  );
  return await run.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      text: error.stdout + error.stderr,
    }),
  );
}

const holder = async () => JSON.parse(await readFile(join(state, 'lock'), 'utf8')).pid as number;

test('the script is good POSIX shell', () => {
  const { status, stderr } = spawnSync('sh', ['-n', join(server.folder, 'install.sh')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('it installs, joins and starts an agent; again, it restarts it; --uninstall removes it', async () => {
  const first = await install([
    '--token',
    'good-token',
    '--name',
    "web '1'",
    '--label',
    'a=b c',
    '--label',
    'd=e',
  ]);
  expect(first.text).toContain("host web '1' has joined");
  await server.gateway.until(() => server.gateway.polls.length > 0);
  expect(server.gateway.joins[0]).toMatchObject({ name: "web '1'", labels: { a: 'b c', d: 'e' } });
  const pid = await holder();

  // Counted before: the agent may have asked by the time the installer ends, and then it asks no more for long.
  const polls = server.gateway.polls.length;
  const again = await install(['--name', "web '1'"]);
  expect(again.code).toBe(0);
  await expect.poll(holder).not.toBe(pid);
  await server.gateway.until(() => server.gateway.polls.length > polls);
  expect(server.gateway.joins).toHaveLength(1);
  expect(isAlive(pid)).toBe(false);
  const second = await holder();
  expect(second).not.toBe(pid);

  expect((await install(['--uninstall'])).text).toContain('removed');
  expect(isAlive(second)).toBe(false);
  expect(existsSync(state)).toBe(false);
});

test('a wrong token is said at once and nothing is started', async () => {
  const { code, text } = await install(['--name', 's1'], { SLIPWAY_TOKEN: 'wrong' });
  expect(code).toBe(3);
  expect(text).toContain('The join token is not known');
  expect(existsSync(join(state, 'lock'))).toBe(false);
});

test('without Node.js it stops and says what to install', async () => {
  const bin = join(server.folder, `bin ${turn}`);
  await mkdir(bin);
  for (const tool of ['sh', 'id', 'uname', 'pwd', 'sed', 'cat']) {
    await symlink(spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim(), join(bin, tool));
  }
  const { code, text } = await install(['--token', 'good-token'], { PATH: bin });
  expect(code).toBe(1);
  expect(text).toContain('Node.js is missing: install Node.js 20.19 or newer');
});

test('an old Node.js is named with what to install', async () => {
  const bin = join(server.folder, `bin ${turn}`);
  await mkdir(bin);
  await writeFile(join(bin, 'node'), '#!/bin/sh\n[ "$1" != -e ] || exit 1\necho 18.20.0\n', { mode: 0o755 });
  const { code, text } = await install(['--token', 'good-token'], { PATH: `${bin}:${process.env.PATH}` });
  expect(code).toBe(1);
  expect(text).toContain('Node.js 18.20.0 is too old');
});

const canUnshare = spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Runs the installer where systemd seems to run: in mounts of its own, with a systemctl that only says what it is told. */
async function installWithSystemd(args: string): Promise<string> {
  const steps = [
    'set -e; mount -t tmpfs tmpfs /run; mkdir -p /run/systemd/system /run/bin /etc/systemd/system',
    'mount -t tmpfs tmpfs /etc/systemd/system',
    `printf '#!/bin/sh\\necho "systemctl $*"\\n' >/run/bin/systemctl; chmod +x /run/bin/systemctl`,
    `PATH=/run/bin:$PATH; sh -s -- ${args} <install.sh; cat /etc/systemd/system/*.service`,
  ];
  const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', steps.join('\n')], {
    cwd: server.folder,
  });
  return stdout;
}

test.runIf(canUnshare)(
  'where systemd runs it makes a service that leaves what was deployed alone',
  async () => {
    const text = await installWithSystemd(
      `--token good-token --name 'a 1%$x"' --state "${state}" --service slip-2`,
    );
    expect(text).toContain('systemctl enable --quiet slip-2\nsystemctl restart slip-2\n');
    expect(text).toContain(`"--name" "a 1%%$$x\\"" "--state" "${state}" "--supervised"\n`);
    for (const line of ['KillMode=process', 'Restart=always', 'RestartPreventExitStatus=2 3']) {
      expect(text).toContain(`\n${line}\n`);
    }
    expect(text).not.toContain('good-token');
    expect(server.gateway.joins.at(-1)?.name).toBe('a 1%$x"');
  },
);

test('--help and wrong options', async () => {
  expect((await install(['--help'])).text).toContain('--uninstall');
  const wrong = await install(['--tokn', 'x']);
  expect(wrong.code).toBe(1);
  expect(wrong.text).toContain('unknown option --tokn');
});
