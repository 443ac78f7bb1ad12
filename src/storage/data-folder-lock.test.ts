import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from './data-folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a second holder is refused and told who the first is; after a release it gets the folder', async () => {
  const lock = await lockDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`process ${process.pid} started`),
  });
  lock.release();
  (await lockDataFolder(folder)).release();
});

test('the lock of a process that was killed is free', async () => {
  const script = `
    const { DatabaseSync } = require('@photostructure/sqlite');
    const database = new DatabaseSync(${JSON.stringify(join(folder, 'lock.db'))});
    database.exec('begin immediate');
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'conflict' });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await lockDataFolder(folder)).release();
});
