import { expect, test } from 'vitest';
import { addressOf, viewOf } from './query.ts';

test('a view of the list is what its address says', () => {
  for (const view of [
    { text: '', underWay: false, page: 1 },
    { text: 'shop & co', underWay: true, page: 7 },
  ]) {
    const { searchParams } = new URL(addressOf(view), 'http://localhost');
    expect(viewOf(Object.fromEntries(searchParams))).toEqual(view);
  }
});

test('an address that somebody made up shows everything from the first page', () => {
  expect(viewOf({ page: '-3', state: 'what' })).toEqual({ text: '', underWay: false, page: 1 });
  expect(viewOf({ page: '1e99' }).page).toBe(1);
});
