import { expect, test } from 'vitest';
import { readBodyText } from './body.ts';

test.each([
  ['{"a": 1}', { a: 1 }],
  ['{ a: 1, }', { a: 1 }],
  ["{ 'a': 'it\\'s' }", { a: "it's" }],
  ['{ "a": "// no comment", /* one */ b: [1, 2,], } // end', { a: '// no comment', b: [1, 2] }],
  ['{ semver: 1.2.3 }', { semver: '1.2.3' }],
  ['{ semver: v1.2.3-rc.1+b, }', { semver: 'v1.2.3-rc.1+b' }],
  [
    '{ text: "1.2.3", n: 1.5, url: "http://127.0.0.1:80/" }',
    { text: '1.2.3', n: 1.5, url: 'http://127.0.0.1:80/' },
  ],
  ['{ "value": "<html>", "a(": "<b>" }', { value: '<html>', 'a(': '<b>' }],
  ['{}', {}],
])('%s is read', async (text, expected) => {
  expect(await readBodyText(text)).toEqual(expected);
});

test.each([
  '{ "semver": "<semver to use>" }',
  '',
  'null',
  '5',
  '[1]',
  '"text"',
  '{ "a": }',
  '{ a: NaN }',
  '{ a: 1',
])('%s is no body', async (text) => {
  await expect(readBodyText(text)).rejects.toMatchObject({ exitCode: 2 });
});
