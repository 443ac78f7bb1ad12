import { resizedSize } from '../../geometry/index.ts';
import type { ResizeStep } from '../../recipe.ts';
import { type Canvas, ready } from '../canvas.ts';

/** Scales every frame to the size that geometry gives; sharp's own fitting has other rules. */
export async function resize(canvas: Canvas, step: ResizeStep): Promise<Canvas> {
  const { width, height } = resizedSize(canvas, step);
  if (width === canvas.width && height === canvas.height) return canvas;
  const next = await ready(canvas, 'resized');
  const chain = next.chain.resize(width, height, { fit: 'fill', kernel: 'lanczos3' });
  return { ...next, chain, width, height, stage: 'resized' };
}
