import { expect, test } from 'vitest';
import type { Version } from '../scope-api.ts';
import { shareBy, stateOfShare } from './share.ts';

test('a finger moves traffic in steps of five percent, to both ends; mouse and keys one by one', () => {
  expect([0, 2, 3, 24, 52, 98, 100].map((percent) => shareBy('touch', percent))).toEqual([
    0, 0, 5, 25, 50, 100, 100,
  ]);
  expect(shareBy('mouse', 24)).toBe(24);
  expect(shareBy('keys', 98)).toBe(98);
});

test('what cannot be done to the traffic is said with its reason', () => {
  const version = { switchedTraffic: 25, desiredTraffic: 25, maySwitch: true, mayFinalize: true } as Version;
  expect(stateOfShare(version, true)).toBe('25 % switched.');
  expect(stateOfShare({ ...version, desiredTraffic: 50 }, true)).toBe('Switching: 25 % now, 50 % wanted.');
  expect(stateOfShare(version, false)).toContain('You may look, but not move traffic');
  expect(stateOfShare({ ...version, mayFinalize: false }, true)).toContain('once its instances are healthy');
  const ending = { ...version, maySwitch: false, mayFinalize: false };
  expect(stateOfShare(ending, true)).toContain('cannot be moved in this state');
});
