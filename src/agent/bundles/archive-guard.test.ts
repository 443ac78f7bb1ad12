import { expect, test } from 'vitest';
import { ArchiveGuard, archiveBounds } from './archive-guard.ts';

const file = (name: string, size = 0) => ({ name, kind: 'file', size }) as const;

test('as many entries are admitted as the bounds say, and no more', () => {
  const guard = new ArchiveGuard(1_000_000);
  for (let index = 0; index < archiveBounds.entries; index += 1) guard.admit(file(`f${index}`));
  expect(() => guard.admit(file('one-more'))).toThrow('100000 entries');
});

test('what is announced counts, over all entries', () => {
  const guard = new ArchiveGuard(1024 ** 3);
  guard.admit(file('a', 3 * 1024 ** 3));
  guard.admit(file('b', 1024 ** 3));
  expect(() => guard.admit(file('c', 1))).toThrow('larger than 4 GiB');
});

test('a small bundle may pack as well as it likes, a large one not', () => {
  new ArchiveGuard(100).admit(file('a', archiveBounds.ratioFromBytes));
  expect(() => new ArchiveGuard(100).admit(file('a', archiveBounds.ratioFromBytes + 1))).toThrow('200 times');
});

test.each([
  ['./a//b/.', 'a/b'],
  ['.', ''],
  ['a/', 'a'],
])('%s is %s', (name, path) => {
  expect(new ArchiveGuard(1).admit({ name, kind: 'directory', size: 0 })).toBe(path);
});

test('a folder may come after what lies in it, and a file may come again', () => {
  const guard = new ArchiveGuard(1);
  guard.admit(file('a/b'));
  guard.admit({ name: 'a', kind: 'directory', size: 0 });
  guard.admit(file('a/b'));
  expect(() => guard.admit(file('a'))).toThrow('twice');
  expect(() => guard.admit(file('a/b/c'))).toThrow('lies behind');
});
