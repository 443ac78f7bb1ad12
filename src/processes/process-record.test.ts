import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askToEnd, endProcess, livingProcess, recordProcess, signalProcess } from './process-record.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-record-'));
  file = join(folder, 'process.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that says when it is there, and how it goes on. */
async function started(script: string) {
  const child = spawn('/bin/sh', ['-c', `${script}; echo begun; while :; do sleep 0.1; done`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('a signal to a process that ended a moment ago is no error', async () => {
  const child = await started(':');
  const gone = once(child, 'exit');
  expect(signalProcess(child.pid as number, 'SIGKILL')).toBe(true);
  await gone;
  expect(signalProcess(child.pid as number, 'SIGTERM')).toBe(false);
  expect(signalProcess(child.pid as number, 'SIGKILL')).toBe(false);
});

test('a recorded process is found while it lives, asked to end, and forced when it does not', async () => {
  const stubborn = await started("trap '' TERM");
  const gone = once(stubborn, 'exit');
  await recordProcess(file, stubborn.pid as number, { server: 'here' });
  expect(await livingProcess(file)).toMatchObject({ pid: stubborn.pid, server: 'here' });
  expect(await askToEnd(file)).toBe(true);
  expect(await endProcess(file, 50)).toBe(true);
  expect((await gone)[1]).toBe('SIGKILL');
  expect(await livingProcess(file)).toBeUndefined();
  expect([await askToEnd(file), await endProcess(file, 50)]).toEqual([false, false]);
});
