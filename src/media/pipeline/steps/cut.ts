import type { Box } from '../../geometry/index.ts';
import { type Canvas, ready } from '../canvas.ts';

/** Keeps a box that lies in the picture, of every frame. A chain can cut once before it resizes and once after. */
export async function cut(canvas: Canvas, { left, top, width, height }: Box): Promise<Canvas> {
  if (left === 0 && top === 0 && width === canvas.width && height === canvas.height) return canvas;
  const next = await ready(canvas, 'cut-after');
  const stage = next.stage === 'read' ? 'cut-before' : 'cut-after';
  return { ...next, chain: next.chain.extract({ left, top, width, height }), width, height, stage };
}
