import { expect, test } from 'vitest';
import { keepSmallBlobs } from './small-blobs.ts';

test('small blobs are read once, cut to ranges, and dropped when others need the room', async () => {
  const opened: string[] = [];
  const bytes = async (name: string) => {
    opened.push(name);
    return Buffer.from(name);
  };
  const small = keepSmallBlobs({ bytes }, 8);
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
    8,
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
