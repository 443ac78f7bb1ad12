import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
  server.agent('s1', ['--cache-megabytes', '8']);
});
afterAll(() => server.close());

const putFile = (
  blob: { sha256: string; size: number },
  directory: string,
  fileName = 'app.jar',
  more = {},
) => ({ kind: 'put-file', blob, directory, fileName, ...more }) as const;

async function put(step: ReturnType<typeof putFile>) {
  const lease = server.gateway.offer([step]);
  const [end] = await server.gateway.ended(lease);
  return { end, output: server.gateway.output(lease).text };
}

test('a file is put into a directory that is made below the home, with the word Success', async () => {
  const bytes = randomBytes(300_000);
  const { end, output } = await put(putFile(server.gateway.keep(bytes), '~/apps/deep'));
  expect(end).toMatchObject({ state: 'succeeded', exitCode: null });
  expect(output).toBe('Success');
  const target = join(server.folder, 'apps/deep/app.jar');
  expect((await readFile(target)).equals(bytes)).toBe(true);
  expect((await stat(target)).mode & 0o777).toBe(0o644);
  expect(await readdir(join(server.folder, 'apps/deep'))).toEqual(['app.jar']);
});

test('an older file is replaced and its permissions are kept, unless others are asked for', async () => {
  const directory = join(server.folder, 'modes');
  await mkdir(directory);
  await writeFile(join(directory, 'run.sh'), 'old');
  await chmod(join(directory, 'run.sh'), 0o755);
  await put(putFile(server.gateway.keep(Buffer.from('new')), directory, 'run.sh'));
  expect(await readFile(join(directory, 'run.sh'), 'utf8')).toBe('new');
  expect((await stat(join(directory, 'run.sh'))).mode & 0o777).toBe(0o755);
  await put(putFile(server.gateway.keep(Buffer.from('newer')), directory, 'run.sh', { mode: 0o600 }));
  expect((await stat(join(directory, 'run.sh'))).mode & 0o777).toBe(0o600);
});

test('an empty file is a file', async () => {
  const { end } = await put(putFile(server.gateway.keep(Buffer.alloc(0)), '~/empty'));
  expect(end?.state).toBe('succeeded');
  expect((await stat(join(server.folder, 'empty/app.jar'))).size).toBe(0);
});

test('a second put of the same bytes comes from the cache, and a damaged cache is fetched anew', async () => {
  const bytes = randomBytes(100_000);
  const blob = server.gateway.keep(bytes);
  await put(putFile(blob, '~/cached'));
  server.gateway.blobs.delete(blob.sha256);
  expect((await put(putFile(blob, '~/cached', 'again'))).end?.state).toBe('succeeded');

  server.gateway.keep(bytes);
  await writeFile(join(server.folder, 's1/blobs', blob.sha256), randomBytes(100_000));
  expect((await put(putFile(blob, '~/cached', 'third'))).end?.state).toBe('succeeded');
  expect((await readFile(join(server.folder, 'cached/third'))).equals(bytes)).toBe(true);
});

test('the cache stays within its limit', async () => {
  for (let turn = 0; turn < 3; turn += 1)
    await put(putFile(server.gateway.keep(randomBytes(3 * 1_048_576)), '~/many'));
  const names = await readdir(join(server.folder, 's1/blobs'));
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(server.folder, 's1/blobs', name))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8 * 1_048_576);
});

test('other bytes than the hash names are refused, and nothing of them is left', async () => {
  const blob = server.gateway.keep(randomBytes(50_000));
  server.gateway.corrupt = (_, bytes) => Buffer.from(bytes).fill(0, 0, 1);
  const { end, output } = await put(putFile(blob, '~/wrong'));
  server.gateway.corrupt = undefined;
  expect(end).toMatchObject({ state: 'failed', reason: 'step-error' });
  expect(end?.reasonText).toContain('sent other bytes');
  expect(output).toBe('');
  expect(await readdir(join(server.folder, 'wrong'))).toEqual([]);
  expect(await readdir(join(server.folder, 's1/blobs'))).not.toContain(`${blob.sha256}.part`);
});

test('a file that the server does not give fails the step at once', async () => {
  const { end } = await put(putFile({ sha256: 'a'.repeat(64), size: 3 }, '~/none'));
  expect(end?.reasonText).toContain('The server does not give the file');
});

test('a download that is cut goes on where it broke off', async () => {
  const bytes = randomBytes(400_000);
  const blob = server.gateway.keep(bytes);
  const starts: (number | undefined)[] = [];
  const serve = server.gateway.blob.bind(server.gateway);
  server.gateway.blob = async (host, sha256) => ({
    size: (await serve(host, sha256)).size,
    open: async (range) => {
      starts.push(range?.start);
      if (range) return Readable.from([bytes.subarray(range.start)]);
      return Readable.from(halfThenCut(bytes));
    },
  });
  const lease = server.gateway.offer([putFile(blob, '~/resumed')]);
  const [end] = await server.gateway.ended(lease);
  server.gateway.blob = serve;
  expect(end?.state).toBe('succeeded');
  expect(starts).toEqual([undefined, 200_000]);
  expect((await readFile(join(server.folder, 'resumed/app.jar'))).equals(bytes)).toBe(true);
});

async function* halfThenCut(bytes: Buffer) {
  yield bytes.subarray(0, 200_000);
  await expect.poll(() => sizes(join(server.folder, 's1/blobs'))).toContain(200_000);
  throw new Error('cut');
}

async function sizes(folder: string): Promise<number[]> {
  return await Promise.all(
    (await readdir(folder)).map(
      async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0,
    ),
  );
}

test('what the disk refuses is said in words', async () => {
  await writeFile(join(server.folder, 'plain'), 'a file');
  const blob = server.gateway.keep(Buffer.from('x'));
  expect((await put(putFile(blob, '~/plain/below'))).end?.reasonText).toMatch(
    /not a directory \(ENOTDIR\)|file of that name/,
  );
  await mkdir(join(server.folder, 'taken/app.jar'), { recursive: true });
  expect((await put(putFile(blob, '~/taken'))).end?.reasonText).toContain('is a directory');
  expect((await put(putFile(blob, '/proc/nothing'))).end?.reasonText).toMatch(
    /no such file|permission denied/,
  );
});

test.each(['../up', '..', 'a/b', 'x'.repeat(256)])('the file name %s is refused', async (fileName) => {
  const { end } = await put(putFile(server.gateway.keep(Buffer.from('x')), '~/names', fileName));
  expect(end).toMatchObject({ state: 'failed', reason: 'step-error' });
  expect(end?.reasonText).toContain('is no file name');
});

test('the home of another user is refused with words', async () => {
  const { end } = await put(putFile(server.gateway.keep(Buffer.from('x')), '~root/apps'));
  expect(end?.reasonText).toContain('not the home of another user');
});
