import { expect, test } from 'vitest';
import { byteRange } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';

test.each([
  [undefined, 'whole'],
  ['bytes=0-', { start: 0, end: 9 }],
  ['bytes=2-4', { start: 2, end: 4 }],
  ['bytes=2-400', { start: 2, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=9-9', { start: 9, end: 9 }],
  ['bytes=10-', 'none'],
  ['bytes=-0', 'none'],
  ['bytes=4-2', 'whole'],
  ['bytes=0-1,3-4', 'whole'],
  ['bytes=-', 'whole'],
  ['items=0-1', 'whole'],
  ['bytes=x', 'whole'],
])('of ten bytes, %s asks for %j', (header, expected) => {
  expect(byteRange(header, 10)).toEqual(expected);
});

test('nothing can be given of an empty file by range', () => {
  expect(byteRange('bytes=0-', 0)).toBe('none');
  expect(byteRange('bytes=-5', 0)).toBe('none');
});

test.each([
  ['a.jar', `attachment; filename="a.jar"; filename*=UTF-8''a.jar`],
  ['한 "x".jar', `attachment; filename="_ _x_.jar"; filename*=UTF-8''%ED%95%9C%20%22x%22.jar`],
  ['a\r\nb', `attachment; filename="a__b"; filename*=UTF-8''a%0D%0Ab`],
  ["it's (1)*.jar", `attachment; filename="it's (1)*.jar"; filename*=UTF-8''it%27s%20%281%29%2A.jar`],
  ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
])('the name %j cannot break out of its header', (name, header) => {
  expect(contentDisposition('attachment', name)).toBe(header);
});
