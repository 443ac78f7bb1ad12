import { expect, test } from 'vitest';
import { derivedName, renamed } from './derived-name.ts';

test.each<[string, string | null, number | null, string]>([
  ['sample.png', null, null, 'sample_op.png'],
  ['sample.PNG', null, null, 'sample_op.PNG'],
  ['sample.png', 'webp', null, 'sample_op.webp'],
  ['a.b.jpg', null, null, 'a.b_op.jpg'],
  ['vertical.png', null, 0, 'vertical_op_0000.png'],
  ['vertical.png', 'jpg', 12, 'vertical_op_0012.jpg'],
  ['vertical.png', null, 10_000, 'vertical_op_10000.png'],
  ['plain', null, null, 'plain_op'],
])('what is made of %s, target %s, piece %s, is %s', (source, target, piece, name) => {
  expect(derivedName(source, 'op', target, piece)).toBe(name);
});

test('a taken name gets a number before its extension', () => {
  expect(renamed('a.png', 1)).toBe('a(1).png');
  expect(renamed('a(1).png', 1)).toBe('a(1)(1).png');
});
