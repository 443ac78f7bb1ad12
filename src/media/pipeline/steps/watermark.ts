import { type Box, placedBox, visiblePart } from '../../geometry/index.ts';
import type { WatermarkStep } from '../../recipe.ts';
import { type Canvas, type CanvasPixels, fromPixels, pixelsOf, ready } from '../canvas.ts';
import { cut } from './cut.ts';

/** A mark, decoded once for all pieces of a split. */
export interface Mark {
  readonly canvas: Canvas;
  readonly pixels: CanvasPixels;
}

/** Lays a mark over a picture, in its own size; what would stand outside is cut off. */
export async function watermark(canvas: Canvas, step: WatermarkStep, mark: Mark): Promise<Canvas> {
  const box = placedBox(canvas, mark.canvas, step);
  const part = visiblePart(box, canvas);
  if (part === undefined) return canvas;
  const next = await ready(canvas, 'composed');
  const input = await visiblePixels(mark, { ...part, left: part.left - box.left, top: part.top - box.top });
  const raw = { width: part.width, height: part.height, channels: input.channels };
  const chain = next.chain.composite([{ input: input.data, raw, left: part.left, top: part.top }]);
  return { ...next, chain, stage: 'composed' };
}

async function visiblePixels(mark: Mark, part: Box): Promise<CanvasPixels> {
  const visible = await cut(await fromPixels(mark.canvas, mark.pixels), part);
  return visible.stage === 'read' ? mark.pixels : pixelsOf(visible);
}
