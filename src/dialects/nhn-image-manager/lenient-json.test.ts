import { describe, expect, it } from 'vitest';
import { readJsonBody, readLenientObject } from './lenient-json.ts';

describe('an object that was meant to be JSON', () => {
  it.each([
    ['{"basepath":"/"}', { basepath: '/' }],
    ['\r\n {"basepath":"/"} \r\n', { basepath: '/' }],
    ['\ufeff{"a":1}', { a: 1 }],
    ["{'path':'/single'}", { path: '/single' }],
    [
      "{'basepath': '/', 'overwrite': 'false', 'operationIds': ['100x100', 'a'], 'n': None, 't': True}",
      { basepath: '/', overwrite: 'false', operationIds: ['100x100', 'a'], n: null, t: true },
    ],
    ["{'a': \"it's\", 'b': 'say \"hi\"', 'c': 'it\\'s'}", { a: "it's", b: 'say "hi"', c: "it's" }],
    ["{'a': 'True story'}", { a: 'True story' }],
  ])('is read: %s', (text, value) => {
    expect(readLenientObject(text)).toEqual(value);
  });

  it.each(['{', '', 'null', '[]', '"x"', '{a:1}', "{'a'", '{"a":1}}'])('is none: %j', (text) => {
    expect(readLenientObject(text)).toBeUndefined();
  });

  it('is looked for once, however many quotes a text without an end has', () => {
    for (const text of ["'", '"'].map((quote) => `{${quote}a${`\\${quote}`.repeat(300_000)}`)) {
      expect(readLenientObject(text)).toBeUndefined();
      expect(readLenientObject(`${text}\\`)).toBeUndefined();
    }
  });

  it('is empty for an empty body, and a broken one is 400', () => {
    expect(readJsonBody(Buffer.from(' \n'))).toEqual({});
    expect(() => readJsonBody(Buffer.from('{'))).toThrow('invalid syntax');
  });
});
