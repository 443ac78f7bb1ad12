import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resizeModes } from '../recipe.ts';
import { resizedSize } from './resized-size.ts';

const size = (text: string) => {
  const [width = 0, height = 0] = text.split('x').map(Number);
  return { width, height };
};

/** The vectors of contract nhn-image-manager 5.1; the columns are the modes in their order. */
const vectors = [
  ['400x300', '200x100', 'down', '200x150 133x100 200x100 200x150 133x100'],
  ['400x300', '100x100', 'down', '100x75 133x100 100x100 100x75 133x100'],
  ['300x400', '200x100', 'down', '150x200 100x133 200x100 200x267 75x100'],
  ['1440x2560', '100x100', 'down', '56x100 100x178 100x100 100x178 56x100'],
  ['60x60', '100x100', 'down', '60x60 60x60 60x60 60x60 60x60'],
  ['60x60', '100x100', 'both', '100x100 100x100 100x100 100x100 100x100'],
  ['400x300', '800x100', 'down', '400x300 133x100 400x100 400x300 133x100'],
  ['400x300', '800x100', 'up', '800x600 400x300 800x300 800x600 400x300'],
  ['400x300', '800x100', 'both', '800x600 133x100 800x100 800x600 133x100'],
  ['2000x1', '100x100', 'down', '100x1 2000x1 100x1 100x1 2000x1'],
] as const;

const rows = vectors.flatMap(([picture, wish, direction, results]) =>
  results.split(' ').map((result, index) => ({
    picture,
    wish,
    direction,
    mode: resizeModes[index] as (typeof resizeModes)[number],
    result,
  })),
);

test.each(rows)(
  '$picture by $mode $wish, $direction, is $result',
  ({ picture, wish, direction, mode, result }) => {
    expect(resizedSize(size(picture), { ...size(wish), mode, direction })).toEqual(size(result));
  },
);

test('the side that a mode does not use may be 0', () => {
  expect(
    resizedSize(size('400x300'), { mode: 'width-fit', width: 100, height: 0, direction: 'down' }),
  ).toEqual(size('100x75'));
  expect(
    resizedSize(size('400x300'), { mode: 'height-fit', width: 0, height: 100, direction: 'down' }),
  ).toEqual(size('133x100'));
});

const side = fc.integer({ min: 1, max: 20_000 });
const picture = fc.record({ width: side, height: side });
const wish = fc.record({ width: side, height: side, mode: fc.constantFrom(...resizeModes) });

test('down never enlarges, up never shrinks, and no side vanishes', () => {
  fc.assert(
    fc.property(picture, wish, (from, to) => {
      const down = resizedSize(from, { ...to, direction: 'down' });
      const up = resizedSize(from, { ...to, direction: 'up' });
      for (const side of ['width', 'height'] as const) {
        expect(down[side]).toBeLessThanOrEqual(from[side]);
        expect(down[side]).toBeGreaterThanOrEqual(1);
        expect(up[side]).toBeGreaterThanOrEqual(from[side]);
      }
    }),
  );
});

test('the side that a mode fits gets the wished length exactly', () => {
  fc.assert(
    fc.property(picture, wish, (from, to) => {
      const both = resizedSize(from, { ...to, direction: 'both' });
      const fitted = {
        exact: [both.width, both.height, to.width, to.height],
        'width-fit': [both.width, to.width],
        'height-fit': [both.height, to.height],
        'max-fit': [Math.max(both.width, both.height), Math.max(to.width, to.height)],
        'min-fit': [Math.min(both.width, both.height), Math.min(to.width, to.height)],
      }[to.mode];
      expect(fitted.slice(0, fitted.length / 2)).toEqual(fitted.slice(fitted.length / 2));
    }),
  );
});

test('a resize down by its own result changes nothing more', () => {
  fc.assert(
    fc.property(picture, wish, (from, to) => {
      const once = resizedSize(from, { ...to, direction: 'down' });
      expect(resizedSize(once, { ...once, mode: 'exact', direction: 'down' })).toEqual(once);
    }),
  );
});
