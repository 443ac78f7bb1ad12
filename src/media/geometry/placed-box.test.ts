import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gravity, gravities } from '../recipe.ts';
import { visiblePart } from './box.ts';
import { placedBox } from './placed-box.ts';

const picture = { width: 400, height: 300 };

test.each<[Gravity, number, number]>([
  ['north-west', 10, 20],
  ['north', 160, 20],
  ['north-east', 290, 20],
  ['west', 10, 130],
  ['center', 160, 130],
  ['east', 290, 130],
  ['south-west', 10, 200],
  ['south', 160, 200],
  ['south-east', 290, 200],
])('100×80 at %s +10+20 of 400×300 stands at %i, %i', (gravity, left, top) => {
  const box = placedBox(picture, { width: 100, height: 80 }, { gravity, offsetX: 10, offsetY: 20 });
  expect(box).toEqual({ left, top, width: 100, height: 80 });
});

test.each<[string, Gravity, [number, number], [number, number], unknown]>([
  ['is cut at the edge', 'north-west', [100, 80], [350, 250], { left: 350, top: 250, width: 50, height: 50 }],
  ['is cut on both sides', 'center', [800, 80], [0, 0], { left: 0, top: 110, width: 400, height: 80 }],
  ['outside is nothing', 'north-west', [100, 80], [500, 0], undefined],
  ['that only touches is nothing', 'north-west', [100, 80], [400, 0], undefined],
  [
    'moves outwards by a negative offset',
    'east',
    [100, 80],
    [-50, 0],
    { left: 350, top: 110, width: 50, height: 80 },
  ],
  [
    'of odd difference is rounded down',
    'center',
    [401, 301],
    [0, 0],
    { left: 0, top: 0, width: 400, height: 300 },
  ],
])('a box %s', (_, gravity, [width, height], [offsetX, offsetY], part) => {
  const box = placedBox(picture, { width, height }, { gravity, offsetX, offsetY });
  expect(visiblePart(box, picture)).toEqual(part);
});

test('the visible part lies in the picture and in the box', () => {
  const side = fc.integer({ min: 1, max: 9999 });
  const offset = fc.integer({ min: -9999, max: 9999 });
  const size = fc.record({ width: side, height: side });
  const placement = fc.record({ gravity: fc.constantFrom(...gravities), offsetX: offset, offsetY: offset });
  fc.assert(
    fc.property(size, size, placement, (of, box, where) => {
      const placed = placedBox(of, box, where);
      const part = visiblePart(placed, of);
      if (part === undefined) return;
      expect(part.left).toBeGreaterThanOrEqual(Math.max(0, placed.left));
      expect(part.top).toBeGreaterThanOrEqual(Math.max(0, placed.top));
      expect(part.left + part.width).toBeLessThanOrEqual(Math.min(of.width, placed.left + placed.width));
      expect(part.top + part.height).toBeLessThanOrEqual(Math.min(of.height, placed.top + placed.height));
    }),
  );
});
