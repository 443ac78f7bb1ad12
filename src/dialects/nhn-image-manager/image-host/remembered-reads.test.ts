import { expect, test } from 'vitest';
import { RememberedReads } from './remembered-reads.ts';

function counted() {
  const reads: string[] = [];
  const read = (key: string) => async () => {
    reads.push(key);
    return `${key}#${reads.length}`;
  };
  return { reads, read };
}

test('a value is read once until it is forgotten, by its key, by a beginning, or with all others', async () => {
  const { reads, read } = counted();
  const memory = new RememberedReads<string>(10);
  const get = (key: string) => memory.get(key, read(key));
  for (const key of ['a/1', 'a/1', 'a/2', 'b']) await get(key);
  expect(reads).toEqual(['a/1', 'a/2', 'b']);
  memory.forget('b');
  memory.forgetBelow('a/');
  for (const key of ['a/1', 'a/2', 'b', 'b']) await get(key);
  expect(reads).toHaveLength(6);
  memory.forgetBelow();
  await get('b');
  expect(reads).toHaveLength(7);
});

test('what a change came into the middle of is answered but not kept', async () => {
  const memory = new RememberedReads<string>(10);
  const old = await memory.get('a', async () => {
    memory.forget('a');
    return 'old';
  });
  expect(old).toBe('old');
  expect(await memory.get('a', async () => 'new')).toBe('new');
  expect(await memory.get('a', async () => 'newer')).toBe('new');
});

test('nothing is not kept, and of too many values the first goes', async () => {
  const { reads, read } = counted();
  const memory = new RememberedReads<string>(2);
  expect(await memory.get('none', async () => undefined)).toBeUndefined();
  for (const key of ['none', 'b', 'c', 'c', 'none']) await memory.get(key, read(key));
  expect(reads).toEqual(['none', 'b', 'c', 'none']);
});
