import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const known = ['port', 'host', 'publicUrl', 'tasks'];

test.each([
  ['prot', 'port'],
  ['PORT', 'port'],
  ['prt', 'port'],
  ['tsaks', 'tasks'],
  ['publikUrl', 'publicUrl'],
  ['xyzzy', undefined],
  ['a', undefined],
])('%s most likely means %s', (word, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
