import { CoreError } from '../../errors/index.ts';
import { countPieces, piecesOf } from '../geometry/index.ts';
import { type FinishStep, framesKept, outputFormat, type Recipe } from '../recipe.ts';
import { type Canvas, fromPixels, pixelsOf } from './canvas.ts';
import { encode, refuseOutput } from './encode.ts';
import type { PipelineLimits } from './limits.ts';
import { pieceFile } from './piece-file.ts';
import type { MadePicture, MakeRequest } from './pipeline.ts';
import { formatOfFile, openCanvas } from './source.ts';
import { circle } from './steps/circle.ts';
import { cut } from './steps/cut.ts';
import { gray } from './steps/gray.ts';
import { rectangle } from './steps/rectangle.ts';
import { resize } from './steps/resize.ts';
import { type Mark, watermark } from './steps/watermark.ts';
import { turn } from './turn.ts';

/** Runs a recipe: turn, adjust, split, finish every piece, write it (contract nhn-image-manager 5.1). */
export async function make(request: MakeRequest, limits: PipelineLimits): Promise<readonly MadePicture[]> {
  const { recipe } = request;
  const source = formatOfFile(request.source);
  const format = outputFormat(recipe, source);
  if (format === undefined)
    throw new CoreError('invalid', `Pictures in ${source} are stored, not processed.`);
  const keepFrames = framesKept(recipe, source);
  const opened = await openCanvas(request.source, source, { keepFrames, keepExif: recipe.keepExif }, limits);
  const adjusted = await adjust(recipe.autoOrient ? turn(opened) : opened, recipe, limits);
  const marks = await readMarks(request, limits);

  const made: MadePicture[] = [];
  for await (const piece of split(adjusted, recipe, limits)) {
    let canvas = piece;
    for (const step of recipe.finish) canvas = await finish(canvas, step, marks, limits);
    refuseOutput(canvas, canvas.frames, format, limits);
    const file = pieceFile(request.into, made.length);
    const bytes = await encode(canvas, { format, quality: recipe.quality }, file);
    const { width, height, frames } = canvas;
    made.push({ file, piece: made.length, format, width, height, frames, bytes });
  }
  return made;
}

async function adjust(opened: Canvas, recipe: Recipe, limits: PipelineLimits): Promise<Canvas> {
  let canvas = opened;
  for (const step of recipe.adjust) {
    if (step.kind === 'gray') canvas = gray(canvas);
    else if (step.kind === 'rectangle') canvas = await rectangle(canvas, step);
    else canvas = await resize(canvas, step);
    // Before a later step has to hold all of its pixels.
    refuseOutput(canvas, canvas.frames, 'png', limits);
  }
  return canvas;
}

async function* split(canvas: Canvas, recipe: Recipe, limits: PipelineLimits): AsyncGenerator<Canvas> {
  if (recipe.split === null) {
    yield canvas;
    return;
  }
  const count = countPieces(canvas, recipe.split);
  if (count > limits.pieces)
    throw new CoreError('invalid', `${count} pieces are more than ${limits.pieces}.`);
  if (count === 1) {
    yield canvas;
    return;
  }
  const pixels = await pixelsOf(canvas);
  for (const box of piecesOf(canvas, recipe.split)) yield cut(await fromPixels(canvas, pixels), box);
}

async function finish(
  canvas: Canvas,
  step: FinishStep,
  marks: ReadonlyMap<string, Mark>,
  limits: PipelineLimits,
): Promise<Canvas> {
  if (step.kind === 'watermark') return watermark(canvas, step, marks.get(step.path) as Mark);
  const side = 2 * step.radius;
  refuseOutput({ width: side, height: side }, 1, 'png', limits);
  return circle(canvas, step);
}

/** Decodes the marks of a recipe, their first frames only. Throws `invalid` for one that was not found. */
async function readMarks(request: MakeRequest, limits: PipelineLimits): Promise<ReadonlyMap<string, Mark>> {
  const marks = new Map<string, Mark>();
  for (const step of request.recipe.finish) {
    if (step.kind !== 'watermark') continue;
    const file = Object.hasOwn(request.marks, step.path) ? request.marks[step.path] : undefined;
    if (file === undefined) throw new CoreError('invalid', `There is no watermark at ${step.path}.`);
    const canvas = await openCanvas(file, formatOfFile(file), { keepFrames: false, keepExif: false }, limits);
    marks.set(step.path, { canvas, pixels: await pixelsOf(canvas) });
  }
  return marks;
}
