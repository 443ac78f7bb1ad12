import fc from 'fast-check';
import semver from 'semver';
import { expect, test } from 'vitest';
import { nextPatch, readSemver, semverOrder } from './semver-order.ts';

const number = fc.integer({ min: 0, max: 2000 });
const identifier = fc.oneof(number.map(String), fc.stringMatching(/^[a-zA-Z-][a-zA-Z0-9-]{0,4}$/));
const version = fc
  .tuple(number, number, number, fc.array(identifier, { maxLength: 3 }))
  .map(([major, minor, patch, rest]) => {
    return `${major}.${minor}.${patch}${rest.length > 0 ? `-${rest.join('.')}` : ''}`;
  });

test('texts of versions sort as the versions do', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [left, right] = [semverOrder(a), semverOrder(b)];
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(semver.compare(a, b));
    }),
  );
});

test.each([
  ['1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['1.2.3-rc.1+build.5', '1.2.3-rc.1+build.5'],
  ['1.2', undefined],
  ['1.2.3.4', undefined],
  ['01.2.3', undefined],
  ['=1.2.3', undefined],
  ['', undefined],
  [`1.2.3-${'a'.repeat(300)}`, undefined],
])('%s is read as %s', (text, expected) => {
  expect(readSemver(text)).toBe(expected);
});

test('the next version is the patch behind the highest', () => {
  expect([nextPatch(undefined), nextPatch('0.0.1'), nextPatch('2.1.9'), nextPatch('1.0.0-rc.1')]).toEqual([
    '0.0.1',
    '0.0.2',
    '2.1.10',
    '1.0.1',
  ]);
});
