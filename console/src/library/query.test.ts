import { describe, expect, test } from 'vitest';
import { crumbsOf, folderOf, libraryAddress, listingOf, pathIn, viewOf } from './query.ts';

describe('the address of the library', () => {
  test('carries only what is not as usual, and is read back', () => {
    expect(libraryAddress(3)).toBe('/console/images/3');
    const view = { folder: '/a b/c&d', file: '', name: '한글', kind: 'all', order: 'newest', page: 2 };
    const address = libraryAddress(3, view);
    expect(address).toContain('?folder=/a+b/c%26d&name=');
    expect(viewOf(Object.fromEntries(new URL(address, 'http://x').searchParams))).toEqual(view);
  });

  test.each([
    [{ page: '0' }],
    [{ page: '1.5' }],
    [{ kind: 'toString', order: '__proto__' }],
    [{ folder: 'relative' }],
  ])('reads nonsense as usual: %j', (query) => {
    expect(viewOf(query)).toEqual({
      folder: '/',
      file: '',
      name: '',
      kind: 'uploaded',
      order: 'name',
      page: 1,
    });
  });

  test('searches for a name only when it is long enough for the API', () => {
    const view = viewOf({ name: ' s ' });
    expect(listingOf(view)).toEqual({ basepath: '/', createdBy: 'U', sort: 'name:asc', page: 1, rows: 60 });
    expect(listingOf({ ...view, name: ' sa ', kind: 'all' })).toMatchObject({ name: 'sa' });
    expect(listingOf({ ...view, kind: 'all' })).not.toHaveProperty('createdBy');
  });
});

describe('paths', () => {
  test('are walked from the root, joined and taken apart', () => {
    expect(crumbsOf('/', 'shop')).toEqual([{ name: 'shop', path: '/' }]);
    expect(crumbsOf('/aa/bb', 'shop').map(({ path }) => path)).toEqual(['/', '/aa', '/aa/bb']);
    expect([pathIn('/', 'x.png'), pathIn('/aa', 'x.png')]).toEqual(['/x.png', '/aa/x.png']);
    expect([folderOf('/x.png'), folderOf('/aa/x.png')]).toEqual(['/', '/aa']);
  });
});
