import type { ImageFormat, WritableFormat } from './formats/index.ts';

/** Where a box stands in a picture before its offsets (contract nhn-image-manager 5.1). */
export const gravities = [
  'north-west',
  'north',
  'north-east',
  'west',
  'center',
  'east',
  'south-west',
  'south',
  'south-east',
] as const;

/** One of the nine places of a box. */
export type Gravity = (typeof gravities)[number];

/** A place by gravity. From an east or south edge a positive offset moves inwards; offsets are pixels. */
export interface Placement {
  readonly gravity: Gravity;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** How the factor of a resize comes from the wished size: by the long side, the short side, both, or one of them. */
export const resizeModes = ['max-fit', 'min-fit', 'exact', 'width-fit', 'height-fit'] as const;

/** One of the five ways to resize. */
export type ResizeMode = (typeof resizeModes)[number];

/** Scales a picture; `direction` says whether factors above or below 1 count. Sizes are pixels, 0 for an unused side. */
export interface ResizeStep {
  readonly kind: 'resize';
  readonly mode: ResizeMode;
  readonly width: number;
  readonly height: number;
  readonly direction: 'down' | 'up' | 'both';
}

/** Turns a picture to luminance gray and keeps its alpha. */
export interface GrayStep {
  readonly kind: 'gray';
}

/** Keeps the part of a picture that lies in a placed box. */
export interface RectangleStep extends Placement {
  readonly kind: 'rectangle';
  readonly width: number;
  readonly height: number;
}

/** Cuts a picture into full-width strips from top to bottom, or full-height ones from left to right. */
export interface SliceStep {
  readonly kind: 'slice';
  readonly strips: 'full-width' | 'full-height';
  /** The other side of each strip in pixels; 0 is the whole side, one piece. */
  readonly size: number;
}

/** Cuts a picture into equal pieces, row by row; the last of each row and column are the rest. */
export interface GridStep {
  readonly kind: 'grid';
  readonly columns: number;
  readonly rows: number;
}

/** Cuts out a placed circle; what is outside of it or of the picture is transparent. */
export interface CircleStep extends Placement {
  readonly kind: 'circle';
  readonly radius: number;
}

/** Lays a picture of the same library over this one, in its own size. */
export interface WatermarkStep extends Placement {
  readonly kind: 'watermark';
  /** The absolute path of the mark in its library. */
  readonly path: string;
}

/** A step that works on the whole picture, before it is split. */
export type AdjustStep = ResizeStep | GrayStep | RectangleStep;
/** A step that makes many pieces of one picture. */
export type SplitStep = SliceStep | GridStep;
/** A step that works on every piece, after a split. */
export type FinishStep = CircleStep | WatermarkStep;
/** Any step of a recipe. */
export type RecipeStep = AdjustStep | SplitStep | FinishStep;

/** What counts for a recipe as a whole, every option resolved. */
export interface RecipeOptions {
  /** Turn the pixels by the EXIF orientation before all else; the tag becomes 1. */
  readonly autoOrient: boolean;
  readonly keepExif: boolean;
  /** Whether every step that could drop an animation keeps it; `framesKept` decides for one picture. */
  readonly keepAnimation: boolean;
  /** 1 to 100, also with a fraction; only formats that lose detail use it. */
  readonly quality: number;
  /** The extension of what is made, without dot, as it shall stand in the name; null keeps format and extension. */
  readonly targetExtension: string | null;
}

/**
 * A recipe as data: what is done to a picture, in the fixed order adjust → split → finish, whatever order its steps
 * were given in (contract nhn-image-manager 5.1). Plain JSON: tasks keep a copy.
 */
export interface Recipe extends RecipeOptions {
  readonly adjust: readonly AdjustStep[];
  readonly split: SplitStep | null;
  readonly finish: readonly FinishStep[];
}

const formatsByTarget: Readonly<Record<string, WritableFormat>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jpe: 'jpeg',
  pjpeg: 'jpeg',
  jps: 'jpeg',
  png: 'png',
  gif: 'gif',
  webp: 'webp',
  tif: 'tiff',
  tiff: 'tiff',
  bmp: 'bmp',
};

/** Puts steps into their groups. Within a group the given order stays; of several splits the last counts. */
export function recipeOf(options: RecipeOptions, steps: readonly RecipeStep[]): Recipe {
  const adjust: AdjustStep[] = [];
  const finish: FinishStep[] = [];
  let split: SplitStep | null = null;
  for (const step of steps) {
    if (step.kind === 'slice' || step.kind === 'grid') split = step;
    else if (step.kind === 'circle' || step.kind === 'watermark') finish.push(step);
    else adjust.push(step);
  }
  return { ...options, adjust, split, finish };
}

/** The format that a target extension stands for (any case, no dot), undefined for one that cannot be written. */
export function formatOfTarget(extension: string): WritableFormat | undefined {
  const key = extension.toLowerCase();
  return Object.hasOwn(formatsByTarget, key) ? formatsByTarget[key] : undefined;
}

/** The format of what a recipe makes from a picture of `source` format; undefined when that cannot be written. */
export function outputFormat(recipe: Recipe, source: ImageFormat): WritableFormat | undefined {
  return formatOfTarget(recipe.targetExtension ?? source);
}

/** The paths of the pictures that a recipe lays over others; each has to be found before the recipe runs. */
export function watermarkPaths(recipe: Recipe): readonly string[] {
  return recipe.finish.flatMap((step) => (step.kind === 'watermark' ? [step.path] : []));
}

/**
 * Whether a recipe keeps the frames of an animation: its steps allow it, the target is an animated format, and no step
 * works on one frame only (contract nhn-image-manager 5.6).
 */
export function framesKept(recipe: Recipe, source: ImageFormat): boolean {
  const target = outputFormat(recipe, source);
  if (target !== 'gif' && target !== 'webp') return false;
  return recipe.keepAnimation && recipe.split?.kind !== 'grid' && recipe.finish.length === 0;
}
