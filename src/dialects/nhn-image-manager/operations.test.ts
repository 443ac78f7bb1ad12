import { expect, it } from 'vitest';
import { operations } from './operations.ts';

it('the table is sorted by section and names each method and path once', () => {
  const numbers = operations.map(({ section }) => Number(section.split('.')[1]));
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  const calls = operations.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(calls).size).toBe(calls.length);
});

it('has the sixteen endpoints of the contract, each served', () => {
  expect(operations.map(({ section }) => section)).toEqual(
    Array.from({ length: 16 }, (_, index) => `3.${index + 1}`),
  );
  for (const { handle, instead } of operations) expect([handle, instead].filter(Boolean)).toHaveLength(1);
});
