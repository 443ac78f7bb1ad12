import { expect, test } from 'vitest';
import { readImageUrl } from './image-request.ts';

test.each([
  ['/i/aaaaach/a/b.jpg', '/a/b.jpg', []],
  ['/i/aaaaach/a/b.jpg?100x100', '/a/b.jpg', ['100x100']],
  ['/i/aaaaach/a/b.jpg?op=&v=3', '/a/b.jpg', ['op']],
  ['/i/aaaaach/a/b.jpg?v=3&_x&72by72&small220', '/a/b.jpg', ['72by72', 'small220']],
  ['/i/aaaaach/%EC%B9%9C%EA%B5%AC(1).jpg', '/친구(1).jpg', []],
  ['/i/aaaaach/cafe%CC%81.jpg', '/café.jpg', []],
  ['/i/aaaaach/a%26b.jpg?%31x1', '/a&b.jpg', ['1x1']],
  ['/i/aaaaach/a.jpg?', '/a.jpg', []],
])('%s asks for %s by %j', (url, path, names) => {
  expect(readImageUrl(url)).toEqual({ container: 'aaaaach', path, names });
});

test.each([
  '/i',
  '/i/aaaaach',
  '/i/aaaaach/',
  '/i//a.jpg',
  '/i/aaaaach/a//b.jpg',
  '/i/aaaaach/a/',
  '/i/aaaaach/a%2Fb.jpg',
  '/i/aaaaach/a%00.jpg',
  '/i/aaaaach/%E0%A4%A.jpg',
  `/i/aaaaach/${'x'.repeat(1024)}`,
])('%s asks for nothing that can be', (url) => {
  expect(readImageUrl(url)).toBeUndefined();
});
