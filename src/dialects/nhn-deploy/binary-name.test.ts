import { describe, expect, it } from 'vitest';
import { binaryNameProblem } from './binary-name.ts';

describe('names of binaries', () => {
  it.each(['ojdbc14.jar', 'shop api (2).zip', '가나다.war', '-rf', 'a'.repeat(255), '~x', 'x#1%.tgz'])(
    'accept %j',
    (name) => {
      expect(binaryNameProblem(name)).toBeUndefined();
    },
  );

  it.each([
    ...[...';&|<>$"\'`/\\'].map((character) => `a${character}b`),
    'a\nb',
    'a\u0000',
    'a\u0085',
    '.',
    '..',
    '',
    '  ',
    '가'.repeat(86),
    undefined,
  ])('refuse %j', (name) => {
    expect(binaryNameProblem(name)).toBeTypeOf('string');
  });
});
