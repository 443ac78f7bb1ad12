import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SplitStep } from '../recipe.ts';
import { countPieces, piecesOf } from './pieces.ts';

const slice = (strips: 'full-width' | 'full-height', size: number): SplitStep => ({
  kind: 'slice',
  strips,
  size,
});
const grid = (columns: number, rows: number): SplitStep => ({ kind: 'grid', columns, rows });

test.each<[string, SplitStep, [number, number], string]>([
  ['strips of 120', slice('full-width', 120), [400, 300], '400x120 400x120 400x60'],
  ['upright strips of 150', slice('full-height', 150), [400, 300], '150x300 150x300 100x300'],
  ['strips of 0', slice('full-width', 0), [400, 300], '400x300'],
  ['strips larger than the side', slice('full-height', 500), [400, 300], '400x300'],
  ['6 columns of 10 pixels', grid(6, 1), [10, 5], '2x5 2x5 2x5 2x5 2x5'],
  ['4 columns of 10 pixels', grid(4, 1), [10, 5], '3x5 3x5 3x5 1x5'],
  ['3×2 of a square', grid(3, 2), [100, 100], '34x50 34x50 32x50 34x50 34x50 32x50'],
  ['more columns than pixels', grid(100, 100), [2, 1], '1x1 1x1'],
])('%s', (_, step, [width, height], sizes) => {
  const pieces = piecesOf({ width, height }, step);
  expect(pieces.map((piece) => `${piece.width}x${piece.height}`).join(' ')).toBe(sizes);
});

test('pieces go row by row from the top left', () => {
  expect(piecesOf({ width: 4, height: 4 }, grid(2, 2)).map(({ left, top }) => [left, top])).toEqual([
    [0, 0],
    [2, 0],
    [0, 2],
    [2, 2],
  ]);
});

test('pieces tile a picture exactly, and are counted without being made', () => {
  const side = fc.integer({ min: 1, max: 40 });
  const step = fc.oneof(
    fc.tuple(side, side).map(([columns, rows]) => grid(columns, rows)),
    fc
      .tuple(fc.constantFrom('full-width' as const, 'full-height' as const), fc.nat(50))
      .map(([strips, size]) => slice(strips, size)),
  );
  fc.assert(
    fc.property(fc.record({ width: side, height: side }), step, (picture, split) => {
      const pieces = piecesOf(picture, split);
      const covered = new Uint8Array(picture.width * picture.height);
      for (const { left, top, width, height } of pieces) {
        for (let y = top; y < top + height; y += 1) {
          for (let x = left; x < left + width; x += 1) {
            const place = y * picture.width + x;
            covered[place] = (covered[place] ?? 0) + 1;
          }
        }
      }
      expect(covered.every((times) => times === 1)).toBe(true);
      expect(countPieces(picture, split)).toBe(pieces.length);
      if (split.kind === 'grid') expect(pieces.length).toBeLessThanOrEqual(split.columns * split.rows);
    }),
  );
});
