import { describe, expect, it } from 'vitest';
import { readPage } from './page.ts';

describe('pages', () => {
  it.each([
    [undefined, undefined, { limit: 20, offset: 0 }],
    ['3', '20', { limit: 20, offset: 40 }],
    ['', ' ', { limit: 20, offset: 0 }],
    ['1', '5000', { limit: 1000, offset: 0 }],
    ['9223372036854775807', '1000', { limit: 1000, offset: Number.MAX_SAFE_INTEGER }],
  ])('page %s of size %s', (pageNum, pageSize, page) => {
    expect(readPage(pageNum, pageSize)).toEqual(page);
  });

  it.each([
    ['0', undefined],
    ['-1', undefined],
    ['x', undefined],
    ['1.5', undefined],
    [undefined, '0'],
    [undefined, '1e3'],
    ['9223372036854775808', undefined],
  ])('page %s of size %s is a bad request', (pageNum, pageSize) => {
    expect(() => readPage(pageNum, pageSize)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
