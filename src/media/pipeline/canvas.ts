import type { Sharp } from 'sharp';
import type { Size } from '../geometry/index.ts';
import { loadSharp } from './sharp.ts';

/**
 * The order in which sharp runs the calls of one chain, whatever order they were made in. A step that has to run before
 * a call that the chain has already made needs a new chain (contract nhn-image-manager 5.13).
 */
const stages = ['read', 'cut-before', 'resized', 'cut-after', 'extended', 'composed'] as const;

/** How far a chain has come. */
export type Stage = (typeof stages)[number];

/** The picture that a recipe works on: a chain of calls that nothing has run yet, and what will come out of it. */
export interface Canvas extends Size {
  readonly chain: Sharp;
  readonly stage: Stage;
  /** `height` is that of one frame. */
  readonly frames: number;
  /** Milliseconds of each frame. */
  readonly delays: readonly number[];
  /** 0 is for ever. */
  readonly loop: number;
  readonly hasAlpha: boolean;
  /** The EXIF orientation of the pixels, 1 to 8. */
  readonly orientation: number;
  /** The EXIF block to be carried along; undefined for none. */
  readonly exif: Buffer | undefined;
  /** Whether the chain reads the file that has the EXIF block, so that sharp carries it. */
  readonly isFromFile: boolean;
}

/** Pixels between two chains. */
export interface CanvasPixels {
  readonly data: Buffer;
  readonly channels: 1 | 2 | 3 | 4;
}

/** A canvas whose chain can still make a call of `stage`: itself, or a new one that reads its pixels. */
export async function ready(canvas: Canvas, stage: Stage): Promise<Canvas> {
  return stages.indexOf(canvas.stage) < stages.indexOf(stage)
    ? canvas
    : fromPixels(canvas, await pixelsOf(canvas));
}

/** Runs the chain of a canvas. */
export async function pixelsOf(canvas: Canvas): Promise<CanvasPixels> {
  const { data, info } = await canvas.chain.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, channels: info.channels as CanvasPixels['channels'] };
}

/** A canvas of the same kind over its pixels. */
export async function fromPixels(canvas: Canvas, { data, channels }: CanvasPixels): Promise<Canvas> {
  const sharp = await loadSharp();
  const { width, height, frames } = canvas;
  const raw = { width, height: height * frames, channels };
  const chain =
    frames > 1
      ? sharp(data, { animated: true, limitInputPixels: false, raw: { ...raw, pageHeight: height } })
      : sharp(data, { limitInputPixels: false, raw });
  const hasAlpha = channels === 2 || channels === 4;
  return { ...canvas, chain, stage: 'read', hasAlpha, isFromFile: false };
}
