import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage } from '../../test/harness/storage.ts';
import { openSecretBox } from './secret-box.ts';
import { createSecretVault, secretMigrations } from './secret-vault.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a key file is created once, readable by its owner only, and opens what was sealed before', async () => {
  const first = await openSecretBox({ dataFolder: folder });
  const sealed = first.seal('päss', 'here');
  expect((await stat(join(folder, 'secret.key'))).mode & 0o777).toBe(0o600);
  expect((await openSecretBox({ dataFolder: folder })).open(sealed, 'here')).toBe('päss');
});

test('a key file that was never filled is filled; a damaged one is refused', async () => {
  const file = join(folder, 'secret.key');
  await writeFile(file, '', { mode: 0o644 });
  const box = await openSecretBox({ dataFolder: folder });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await openSecretBox({ dataFolder: folder })).open(box.seal('secret', 'here'), 'here')).toBe(
    'secret',
  );
  expect(await readdir(folder)).toEqual(['secret.key']);
  await writeFile(file, 'half');
  await expect(openSecretBox({ dataFolder: folder })).rejects.toMatchObject({ code: 'invalid' });
});

test('another key, another context and changed bytes are refused, and say which', async () => {
  const box = await openSecretBox({ dataFolder: folder });
  const other = await openSecretBox({ dataFolder: folder, key: 'ab'.repeat(32) });
  const sealed = box.seal('secret', 'here');
  expect(() => other.open(sealed, 'here')).toThrow(
    expect.objectContaining({ internal: expect.stringContaining('under key') }),
  );
  expect(() => box.open(sealed, 'there')).toThrow(expect.objectContaining({ code: 'internal' }));
  const flipped = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
  expect(() => box.open(flipped, 'here')).toThrow(expect.objectContaining({ code: 'internal' }));
});

test('a key of another length is refused with the way to make a right one', async () => {
  await expect(openSecretBox({ dataFolder: folder, key: 'short' })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('openssl rand'),
  });
});

test('the vault gives back what it holds and nothing of it lies in the database in plain', async () => {
  const opened = await openTestStorage({ migrations: [{ name: 'core', migrations: secretMigrations }] });
  try {
    const vault = createSecretVault({
      storage: opened.storage,
      box: await openSecretBox({ dataFolder: folder }),
    });
    const [kept, gone] = await opened.storage.write(async (unit) => [
      await vault.store(unit, 'hunter2-plain'),
      await vault.store(unit, 'other'),
    ]);
    await opened.storage.write(async (unit) => {
      await vault.replace(unit, kept as number, 'hunter3-plain');
      await vault.remove(unit, gone as number);
    });
    expect(await vault.reveal([kept as number, gone as number, 99])).toEqual(
      new Map([[kept, 'hunter3-plain']]),
    );
    for (const file of ['slipway.db', 'slipway.db-wal']) {
      expect((await readFile(join(opened.folder, file))).includes('-plain')).toBe(false);
    }
  } finally {
    await opened.close();
  }
});
