import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyFolder } from './copy-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-copy-'));
  await mkdir(join(folder, 'from/ab'), { recursive: true });
  await writeFile(join(folder, 'from/ab/one'), 'first');
  await writeFile(join(folder, 'from/two'), 'second');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const copy = () => copyFolder(join(folder, 'from'), join(folder, 'to'), () => {});

test('all files are copied, and a second time only those that are missing or cut', async () => {
  expect(await copy()).toEqual({ files: 2, bytes: 11 });
  expect(await readFile(join(folder, 'to/ab/one'), 'utf8')).toBe('first');
  await writeFile(join(folder, 'to/two'), 'sec');
  expect(await copy()).toEqual({ files: 2, bytes: 6 });
  expect(await readFile(join(folder, 'to/two'), 'utf8')).toBe('second');
  expect(await readdir(join(folder, 'to'))).toEqual(['ab', 'two']);
});

test('a folder that is not there copies nothing', async () => {
  expect(await copyFolder(join(folder, 'nowhere'), join(folder, 'to'), () => {})).toEqual({
    files: 0,
    bytes: 0,
  });
});
