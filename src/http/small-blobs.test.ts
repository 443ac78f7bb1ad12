import { expect, test } from 'vitest';
import { keepSmallBlobs } from './small-blobs.ts';

/** Room for two blobs of four bytes, with what an entry costs. */
const roomForTwo = 2 * (4 + 1024);

test('small blobs are read once, cut to ranges, and dropped when others need the room', async () => {
  const opened: string[] = [];
  const bytes = async (name: string) => {
    opened.push(name);
    return Buffer.from(name);
  };
  const small = keepSmallBlobs({ bytes }, roomForTwo);
  const text = async (name: string, range?: { start: number; end: number }) =>
    String(await small.open(name, range));

  expect(await text('abcd')).toBe('abcd');
  expect(await text('abcd', { start: 1, end: 2 })).toBe('bc');
  await text('efgh');
  await text('abcd');
  await text('ijkl');
  expect(opened).toEqual(['abcd', 'efgh', 'ijkl']);
  // `efgh` had not been asked for longest.
  await text('abcd');
  await text('efgh');
  expect(opened).toEqual(['abcd', 'efgh', 'ijkl', 'efgh']);
});

test('bytes that somebody has in hand are not read, and count like those that were', async () => {
  const opened: string[] = [];
  const small = keepSmallBlobs(
    {
      bytes: async (name) => {
        opened.push(name);
        return Buffer.from(name);
      },
    },
    roomForTwo,
  );
  small.keep('abcd', Buffer.from('abcd'));
  small.keep('abcd', Buffer.from('abcd'));
  small.keep('efgh', Buffer.from('efgh'));
  expect(String(await small.open('abcd'))).toBe('abcd');
  expect(opened).toEqual([]);
  small.keep('ijkl', Buffer.from('ijkl'));
  await small.open('efgh');
  expect(opened).toEqual(['efgh']);
});

test('a great many tiny blobs take no more room than a few larger ones', async () => {
  const opened: string[] = [];
  const bytes = async (name: string) => {
    opened.push(name);
    return Buffer.from(name);
  };
  const small = keepSmallBlobs({ bytes }, 64 * 1024);
  const names = Array.from({ length: 1_000 }, (_, index) => String(index));
  for (const name of names) await small.open(name);
  opened.length = 0;
  for (const name of [...names].reverse()) await small.open(name);
  const kept = names.length - opened.length;
  expect(kept).toBeGreaterThan(50);
  expect(kept).toBeLessThan(64);
});
