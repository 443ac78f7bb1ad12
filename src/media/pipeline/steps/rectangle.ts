import { CoreError } from '../../../errors/index.ts';
import { placedBox, visiblePart } from '../../geometry/index.ts';
import type { RectangleStep } from '../../recipe.ts';
import type { Canvas } from '../canvas.ts';
import { cut } from './cut.ts';

/** Keeps what of the placed box lies in the picture. Throws `invalid` when nothing does. */
export async function rectangle(canvas: Canvas, step: RectangleStep): Promise<Canvas> {
  const part = visiblePart(placedBox(canvas, step, step), canvas);
  if (part === undefined) throw new CoreError('invalid', 'The rectangle lies outside of the picture.');
  return cut(canvas, part);
}
