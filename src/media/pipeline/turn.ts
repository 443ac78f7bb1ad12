import { upright } from '../formats/index.ts';
import type { Canvas } from './canvas.ts';

/** Turns the pixels by the EXIF orientation, before any step. Frames of an animation stay as they are. */
export function turn(canvas: Canvas): Canvas {
  if (canvas.orientation === 1 || canvas.frames > 1) return canvas;
  const exif = canvas.exif && upright(canvas.exif);
  const { width, height } = canvas;
  const size = canvas.orientation >= 5 ? { width: height, height: width } : { width, height };
  return { ...canvas, ...size, exif, orientation: 1, chain: canvas.chain.autoOrient() };
}
