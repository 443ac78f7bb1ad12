import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptedServer } from './scripted-server.ts';

const canUnshare = spawnSync('unshare', ['--mount', 'true']).status === 0;
const script = (text: string) => ({ kind: 'script', shell: '/bin/bash', text }) as const;

let server: ScriptedServer;
let agent: ChildProcess | undefined;

beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterAll(async () => {
  agent?.kill('SIGTERM');
  if (agent && agent.exitCode === null) await once(agent, 'exit');
  await server.close();
});

/** An agent whose state folder is a disk of 2 MiB. */
async function startOnSmallDisk(): Promise<void> {
  const state = join(server.folder, 's1');
  await mkdir(state);
  const args = ['--server', server.url, '--name', 's1', '--state', state];
  const command = `mount -t tmpfs -o size=2m tmpfs '${state}' && exec "$@"`;
  agent = spawn(
    'unshare',
    ['--mount', 'sh', '-c', command, 'sh', process.execPath, server.program, ...args],
    {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, HOME: server.folder, SLIPWAY_TOKEN: 'good-token' },
    },
  );
  await server.gateway.until(() => server.gateway.polls.length > 0);
}

test.runIf(canUnshare)(
  'a full disk fails steps with words; half a file is not left on it, and the agent lives on',
  async () => {
    await startOnSmallDisk();
    const blob = server.gateway.keep(randomBytes(3_000_000));
    const [put] = await server.gateway.ended(
      server.gateway.offer([{ kind: 'put-file', blob, directory: '~/apps', fileName: 'a' }]),
    );
    expect(put).toMatchObject({ state: 'failed', reason: 'step-error' });
    expect(put?.reasonText).toContain('no space is left on the disk');

    const fill = 'head -c 5000000 /dev/zero >"$(dirname "$0")/../fill"; exit 0';
    const [filled] = await server.gateway.ended(server.gateway.offer([script(fill)]));
    expect(filled?.state).toBe('succeeded');
    const [refused] = await server.gateway.ended(server.gateway.offer([script('echo never')]));
    expect(refused?.state).toBe('failed');
    expect(refused?.reasonText).toContain('no space is left on the disk');
  },
);
