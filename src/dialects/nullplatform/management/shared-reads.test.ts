import { expect, test } from 'vitest';
import { ManualClock } from '../../../storage/index.ts';
import { SharedReads } from './shared-reads.ts';

test('a thousand who ask at about the same time cost one read, and who asks later gets what is new', async () => {
  const clock = new ManualClock();
  const reads = new SharedReads<number>(clock);
  let count = 0;
  const load = async () => ++count;
  const ask = (key: string) => reads.read(key, load);
  const thousand = await Promise.all(Array.from({ length: 1000 }, () => ask('one')));
  expect(new Set(thousand)).toEqual(new Set([1]));
  expect(await ask('one')).toBe(1);
  expect(await ask('other')).toBe(2);
  clock.advance(60_000);
  expect(await ask('one')).toBe(3);
});

test('what could not be read is tried again by the next one', async () => {
  const reads = new SharedReads<string>(new ManualClock());
  const failing = () => Promise.reject(new Error('away'));
  const both = await Promise.allSettled([reads.read('one', failing), reads.read('one', failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await reads.read('one', async () => 'back')).toBe('back');
});
