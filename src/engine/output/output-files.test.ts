import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OutputFiles } from './index.ts';

let folder: string;
const name = { rolloutId: 'r', hostRun: 1, step: 0, stream: 'stdout' } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-output-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('a stream whose file is just being made reads as empty, and is written to from its beginning', async () => {
  const files = new OutputFiles(folder);
  await mkdir(files.folder('r'), { recursive: true });
  for (const begun of ['', 'half']) {
    await writeFile(join(files.folder('r'), '1-0-stdout'), begun);
    expect(await files.length(name)).toBe(0);
    expect(await files.tail(name)).toMatchObject({ offset: 0, size: 0 });
  }
  expect(await files.append(name, 0, Buffer.from('hello'), [])).toBe(5);
  const tail = await files.tail(name);
  expect(tail && (await text(tail.open()))).toBe('hello');
});
