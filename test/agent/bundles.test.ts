import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandOf, unpack } from '../../src/agent/bundles/index.ts';
import { zipFile } from './zip-file.ts';

let folder: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundles-'));
  target = join(folder, 'inside', 'target');
  await mkdir(target, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

async function unpacked(bytes: Buffer): Promise<void> {
  const file = join(folder, 'bundle');
  await writeFile(file, bytes);
  await unpack(file, target, never);
}

async function tarGz(entries: readonly TarEntry[]): Promise<Buffer> {
  return gzipSync(await packTar(entries));
}

function tarEntry(name: string, body = '', more: Partial<TarEntry['header']> = {}): TarEntry {
  const size = Buffer.byteLength(body);
  return { header: { name, size, ...more }, ...(size > 0 ? { body } : {}) };
}

/** Everything below the test's folder but the bundle and the target's own content. */
async function outside(): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => !name.startsWith('inside/target/')).sort();
}
const untouched = ['bundle', 'inside', 'inside/target'];

test('a tar.gz is unpacked with its folders, links and executable bits', async () => {
  await unpacked(
    await tarGz([
      tarEntry('./', '', { type: 'directory' }),
      tarEntry('./Procfile', 'web: bin/run\n'),
      tarEntry('bin/run', '#!/bin/sh\n', { mode: 0o755 }),
      tarEntry('lib/data', 'x', { mode: 0o600 }),
      tarEntry('current', '', { type: 'symlink', linkname: 'bin/run' }),
      tarEntry('lib/same', '', { type: 'link', linkname: 'lib/data' }),
    ]),
  );
  expect(await commandOf(target, 'web')).toBe('bin/run');
  expect((await stat(join(target, 'bin/run'))).mode & 0o777).toBe(0o755);
  expect((await stat(join(target, 'lib/data'))).mode & 0o777).toBe(0o644);
  expect(await readlink(join(target, 'current'))).toBe('bin/run');
  expect(await readFile(join(target, 'lib/same'), 'utf8')).toBe('x');
});

test('a zip is unpacked with its folders, links and executable bits', async () => {
  await unpacked(
    zipFile([
      { name: 'Procfile', content: 'web: bin/run\n' },
      { name: 'bin/', mode: 0o40755 },
      { name: 'bin/run', content: '#!/bin/sh\n', mode: 0o100755 },
      { name: 'made/on/dos', content: 'x', mode: 0 },
      { name: 'bin/link', content: '../made/on/dos', mode: 0o120777 },
    ]),
  );
  expect(await commandOf(target, 'web')).toBe('bin/run');
  expect((await stat(join(target, 'bin/run'))).mode & 0o777).toBe(0o755);
  expect(await readFile(join(target, 'bin/link'), 'utf8')).toBe('x');
  expect((await lstat(join(target, 'bin/link'))).isSymbolicLink()).toBe(true);
});

const hostileTars: [string, TarEntry[], RegExp][] = [
  ['a path that climbs', [tarEntry('../../evil', 'x')], /leads out of its folder/],
  ['a path that climbs in the middle', [tarEntry('a/../../evil', 'x')], /leads out of its folder/],
  ['an absolute path', [tarEntry('/tmp/slipway-evil', 'x')], /absolute path/],
  ['an absolute link', [tarEntry('a', '', { type: 'symlink', linkname: '/etc' })], /leads out/],
  ['a link that climbs', [tarEntry('a', '', { type: 'symlink', linkname: '../x' })], /leads out/],
  [
    'a link that climbs after going down',
    [tarEntry('a', '', { type: 'symlink', linkname: 'b/../../x' })],
    /leads out/,
  ],
  [
    'a file behind a link',
    [tarEntry('a', '', { type: 'symlink', linkname: 'b' }), tarEntry('a/evil', 'x')],
    /lies behind/,
  ],
  [
    'a file in the place of a link',
    [tarEntry('a', '', { type: 'symlink', linkname: 'b' }), tarEntry('a', 'x')],
    /twice/,
  ],
  [
    'a hard link to the outside',
    [tarEntry('a', '', { type: 'link', linkname: '../../bundle' })],
    /leads out of its folder/,
  ],
  ['a hard link to nothing', [tarEntry('a', '', { type: 'link', linkname: 'b' })], /does not lead to a file/],
  ['a device', [tarEntry('a', '', { type: 'character-device' })], /neither a file nor a folder/],
  ['a pipe', [tarEntry('a', '', { type: 'fifo' })], /neither a file nor a folder/],
];

test.each(hostileTars)(
  'a tar.gz with %s is refused, and nothing is written outside',
  async (_, entries, said) => {
    await expect(unpacked(await tarGz(entries))).rejects.toThrow(said);
    expect(await outside()).toEqual(untouched);
  },
);

test.each([
  ['a path that climbs', [{ name: '../../evil', content: 'x' }], /\.\./],
  ['an absolute path', [{ name: '/tmp/slipway-evil', content: 'x' }], /absolute path/],
  ['a link that climbs', [{ name: 'a', content: '../../x', mode: 0o120777 }], /leads out/],
  [
    'a file behind a link',
    [
      { name: 'a', content: 'b', mode: 0o120777 },
      { name: 'a/evil', content: 'x' },
    ],
    /lies behind/,
  ],
  ['a device', [{ name: 'a', mode: 0o020666 }], /neither a file nor a folder/],
  ['a size that is a lie', [{ name: 'a', content: 'xyz', size: 2 }], /damaged: "a"/],
])('a zip with %s is refused, and nothing is written outside', async (_, entries, said) => {
  await expect(unpacked(zipFile(entries))).rejects.toThrow(said);
  expect(await outside()).toEqual(untouched);
});

test('a tar.gz that grows out of all proportion is refused before it has filled the disk', async () => {
  const size = 80 * 1_048_576;
  const header = Buffer.from((await packTar([tarEntry('a', 'x')])).subarray(0, 512));
  // The true size of a file of blanks, and the sum over the header that goes with it.
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const bomb = gzipSync(Buffer.concat([header, Buffer.alloc(size)]), { level: 9 });
  await expect(unpacked(bomb)).rejects.toThrow('200 times');
  const written = await stat(join(target, 'a')).catch(() => ({ size: 0 }));
  expect(written.size).toBeLessThan(72 * 1_048_576);
});

test('a zip that announces more than 4 GiB is refused before anything is written', async () => {
  const entries = ['a', 'b'].map((name) => ({ name, size: 0xf000_0000 }));
  await expect(unpacked(zipFile(entries))).rejects.toThrow();
  expect(await readdir(target)).toEqual([]);
});

test.each([
  ['text', Buffer.from('hello'), 'neither a zip nor a tar.gz'],
  ['nothing', Buffer.alloc(0), 'neither a zip nor a tar.gz'],
  ['a cut zip', zipFile([{ name: 'a', content: 'x' }]).subarray(0, 40), 'damaged'],
  ['a cut gzip', gzipSync(Buffer.alloc(5000, 'x')).subarray(0, 20), 'damaged'],
])('%s is no bundle', async (_, bytes, said) => {
  await expect(unpacked(bytes)).rejects.toThrow(said);
});

test('a Procfile that is a folder, or longer than any, is refused for good', async () => {
  await mkdir(join(target, 'Procfile'));
  await expect(commandOf(target, 'web')).rejects.toThrow('The bundle has no Procfile at its root');
  await rm(join(target, 'Procfile'), { recursive: true });
  await writeFile(join(target, 'Procfile'), `web: ${'x'.repeat(70_000)}`);
  await expect(commandOf(target, 'web')).rejects.toThrow('The Procfile is longer than 64 KiB');
});
