import { expect, test } from 'vitest';
import { stepTo } from './walk.ts';

/** 30 rows × 3 columns; row 1 has no middle cell, row 29 no first one. */
const exists = (row: number, column: number) => !(row === 1 && column === 1) && !(row === 29 && column === 0);
const from = (row: number, column: number, key: string, control = false) =>
  stepTo(key, control, [row, column], [30, 3], exists);

test.each([
  ['ArrowRight', [0, 0], [0, 1]],
  ['ArrowRight', [1, 0], [1, 2]],
  ['ArrowRight', [0, 2], undefined],
  ['ArrowLeft', [1, 2], [1, 0]],
  ['ArrowLeft', [0, 0], undefined],
  ['ArrowDown', [0, 1], [2, 1]],
  ['ArrowDown', [29, 1], undefined],
  ['ArrowUp', [2, 1], [0, 1]],
  ['PageDown', [0, 0], [10, 0]],
  ['PageDown', [25, 0], [28, 0]],
  ['PageUp', [5, 2], [0, 2]],
  ['Home', [1, 2], [1, 0]],
  ['End', [1, 0], [1, 2]],
  ['a', [0, 0], undefined],
] as const)('%s from %j leads to %j', (key, [row, column], to) => {
  expect(from(row, column, key)).toEqual(to);
});

test('control with Home and End leads to the first and the last cell of all', () => {
  expect(from(12, 1, 'Home', true)).toEqual([0, 0]);
  expect(from(12, 1, 'End', true)).toEqual([29, 2]);
});
