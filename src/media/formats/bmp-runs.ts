import type { BmpHeader } from './bmp-header.ts';

/** Paints `count` pixels of a row, counted from the bottom, from column `x` on; `index` tells the colour of each. */
export type PaintRun = (x: number, row: number, count: number, index: (i: number) => number) => void;

/**
 * Walks the runs of an RLE4 or RLE8 picture. False when the data ends before its end mark. Runs are cut at the
 * picture's edges, so nothing is ever painted outside.
 */
export function walkRuns(bytes: Buffer, header: BmpHeader, paint: PaintRun): boolean {
  const isNibbles = header.encoding === 'rle4';
  let at = header.pixelsAt;
  let x = 0;
  let row = 0;
  const run = (count: number, index: (i: number) => number) => {
    const visible = Math.min(count, header.width - x);
    if (visible > 0 && row < header.height) paint(x, row, visible, index);
    x += count;
  };
  while (at + 2 <= bytes.length) {
    const count = bytes[at] as number;
    const value = bytes[at + 1] as number;
    at += 2;
    if (count > 0) {
      run(count, isNibbles ? (i) => (i % 2 === 0 ? value >> 4 : value & 15) : () => value);
    } else if (value === 0) {
      x = 0;
      row += 1;
    } else if (value === 1) {
      return true;
    } else if (value === 2) {
      if (at + 2 > bytes.length) return false;
      x += bytes[at] as number;
      row += bytes[at + 1] as number;
      at += 2;
    } else {
      const length = isNibbles ? Math.ceil(value / 2) : value;
      const from = at;
      if (from + length > bytes.length) return false;
      const byte = (i: number) => bytes[from + i] as number;
      run(value, isNibbles ? (i) => (i % 2 === 0 ? byte(i >> 1) >> 4 : byte(i >> 1) & 15) : byte);
      at += length + (length % 2);
    }
  }
  // Many writers leave out the end mark; then all rows have to be there.
  return row >= header.height || (row === header.height - 1 && x >= header.width);
}
