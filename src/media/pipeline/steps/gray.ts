import type { Canvas } from '../canvas.ts';

/** Luminance gray. Sharp does it before all else of a chain, which changes nothing about what the others do. */
export function gray(canvas: Canvas): Canvas {
  return { ...canvas, chain: canvas.chain.grayscale() };
}
