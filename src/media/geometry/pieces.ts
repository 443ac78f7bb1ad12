import type { GridStep, SliceStep, SplitStep } from '../recipe.ts';
import type { Box, Size } from './box.ts';

/** The boxes that a split cuts a picture into: without gaps or overlaps, row by row from the top left (contract 5.1). */
export function piecesOf(picture: Size, step: SplitStep): readonly Box[] {
  const piece = step.kind === 'slice' ? strip(picture, step) : cell(picture, step);
  const boxes: Box[] = [];
  for (let top = 0; top < picture.height; top += piece.height) {
    for (let left = 0; left < picture.width; left += piece.width) {
      const width = Math.min(piece.width, picture.width - left);
      const height = Math.min(piece.height, picture.height - top);
      boxes.push({ left, top, width, height });
    }
  }
  return boxes;
}

/** How many pieces `piecesOf` would make, without making them. */
export function countPieces(picture: Size, step: SplitStep): number {
  const piece = step.kind === 'slice' ? strip(picture, step) : cell(picture, step);
  return Math.ceil(picture.width / piece.width) * Math.ceil(picture.height / piece.height);
}

function strip({ width, height }: Size, { strips, size }: SliceStep): Size {
  return strips === 'full-width' ? { width, height: size || height } : { width: size || width, height };
}

function cell(picture: Size, { columns, rows }: GridStep): Size {
  return { width: Math.ceil(picture.width / columns), height: Math.ceil(picture.height / rows) };
}
