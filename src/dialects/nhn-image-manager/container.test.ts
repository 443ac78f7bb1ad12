import { expect, it } from 'vitest';
import { containerName } from './container.ts';

it('containers count up in seven letters', () => {
  expect([0, 1, 25, 26, 26 ** 7 - 1].map(containerName)).toEqual([
    'aaaaaaa',
    'aaaaaab',
    'aaaaaaz',
    'aaaaaba',
    'zzzzzzz',
  ]);
  expect(() => containerName(26 ** 7)).toThrow('no container names left');
});
