import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMasker } from './masker.ts';
import { OutputFollower } from './output-follower.ts';
import { createOutputWriter } from './output-writer.ts';

const mebibyte = 1_048_576;
let folder: string;
let file: string;
let handle: number;
let pieces: { offset: number; bytes: Buffer }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-follower-'));
  file = join(folder, 'stdout');
  handle = openSync(file, 'a+');
  pieces = [];
});
afterEach(() => {
  closeSync(handle);
  rmSync(folder, { recursive: true });
});

function follow(masked: string[] = []): OutputFollower {
  const writer = createOutputWriter(0, 'stdout', (event) => {
    if (event.kind === 'output')
      pieces.push({ offset: event.offset, bytes: Buffer.from(event.data, 'base64') });
  });
  return new OutputFollower(handle, createMasker(masked), writer);
}

const text = () => Buffer.concat(pieces.map(({ bytes }) => bytes)).toString();
const end = () => (pieces.at(-1)?.offset ?? 0) + (pieces.at(-1)?.bytes.length ?? 0);

test('what is written bit by bit arrives in order with its offsets', () => {
  const follower = follow();
  for (const word of ['one ', 'two ', 'three']) {
    writeSync(handle, word);
    follower.follow(true);
  }
  expect(pieces.map(({ offset, bytes }) => [offset, bytes.toString()])).toEqual([
    [0, 'one '],
    [4, 'two '],
    [8, 'three'],
  ]);
});

test('nothing is passed on without room, and the last MiB of it at the end', () => {
  const follower = follow();
  for (let turn = 0; turn < 5; turn += 1) {
    writeSync(handle, Buffer.alloc(mebibyte, `${turn}`));
    follower.follow(false);
  }
  expect(pieces).toEqual([]);
  follower.finish(mebibyte);
  expect(text()).toBe('4'.repeat(mebibyte));
  expect(end()).toBe(5 * mebibyte);
});

test('endless output does not fill the disk: the file is emptied, and the end of it is kept', () => {
  const follower = follow();
  for (let turn = 0; turn < 80; turn += 1) {
    writeSync(handle, Buffer.alloc(mebibyte, 'x'));
    follower.follow(false);
    expect(statSync(file).size).toBeLessThanOrEqual(33 * mebibyte);
  }
  writeSync(handle, 'END');
  follower.finish(mebibyte);
  expect(/^x+END$/.test(text())).toBe(true);
  expect(text().length).toBeGreaterThanOrEqual(mebibyte);
  expect(text().length).toBeLessThanOrEqual(2 * mebibyte);
  expect(end()).toBe(80 * mebibyte + 3);
});

test('a secret at the edge of a cut shows none of its letters', () => {
  for (const before of [0, 1, 3, 6, 7]) {
    pieces = [];
    ftruncateSync(handle, 0);
    const follower = follow(['hunter2']);
    // The secret lies across the place where the last MiB begins.
    const tail = Buffer.alloc(mebibyte - before, 'x');
    writeSync(handle, Buffer.concat([Buffer.alloc(mebibyte, '.'), Buffer.from('hunter2'), tail]));
    follower.finish(mebibyte);
    expect(text()).toMatch(before === 0 ? /^x+$/ : /^\*{6}x+$/);
    expect(text()).not.toMatch(/[hunter2]/);
  }
});

test('a cut never begins in the middle of a letter', () => {
  const follower = follow();
  writeSync(handle, '가'.repeat(mebibyte));
  follower.finish(mebibyte);
  expect(text()).toMatch(/^가+$/);
  expect(end()).toBe(3 * mebibyte);
});

test('a script that empties its own output is followed from the new beginning', () => {
  const follower = follow();
  writeSync(handle, 'a long first line');
  follower.follow(true);
  ftruncateSync(handle, 0);
  writeSync(handle, 'anew');
  follower.follow(true);
  expect(text()).toBe('a long first lineanew');
});
