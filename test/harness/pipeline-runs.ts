import { readFile } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  createPipeline,
  type MadePicture,
  type RecipeOptions,
  type RecipeStep,
  recipeOf,
} from '../../src/media/index.ts';
import { animation, gradient, pictureFolder } from './pictures.ts';

const plain: RecipeOptions = {
  autoOrient: false,
  keepExif: true,
  keepAnimation: true,
  quality: 90,
  targetExtension: null,
};

/** The pictures that recipes are tried on: 400×300 each, the mark 50×40 and black, the animation 40×30. */
export interface Samples {
  readonly png: string;
  readonly jpeg: string;
  /** A JPEG with EXIF orientation 6, by the artist "somebody". */
  readonly turned: string;
  readonly mark: string;
  readonly gif: string;
}

/** A pipeline of one process for the tests of a file, with samples, and `/mark.png` as a watermark. */
export function pipelineRuns() {
  const pictures = pictureFolder();
  const pipeline = createPipeline({ processes: 1 });
  afterAll(() => pipeline.close());
  const samples: { -readonly [name in keyof Samples]: string } = {
    png: '',
    jpeg: '',
    turned: '',
    mark: '',
    gif: '',
  };

  beforeAll(async () => {
    const large = gradient(400, 300);
    samples.png = await pictures.write('sample.png', await large.clone().png().toBuffer());
    samples.jpeg = await pictures.write('sample.jpg', await large.clone().jpeg({ quality: 100 }).toBuffer());
    const turned = large.withMetadata({ orientation: 6 }).withExifMerge({ IFD0: { Artist: 'somebody' } });
    samples.turned = await pictures.write('turned.jpg', await turned.jpeg({ quality: 100 }).toBuffer());
    const black = { create: { width: 50, height: 40, channels: 4 as const, background: '#000000ff' } };
    samples.mark = await pictures.write('mark.png', await sharp(black).png().toBuffer());
    samples.gif = await pictures.write(
      'sample.gif',
      await animation(40, 30, ['#ff0000', '#00ff00', '#0000ff']),
    );
  });

  async function make(
    source: string,
    steps: readonly RecipeStep[],
    options: Partial<RecipeOptions> = {},
  ): Promise<readonly MadePicture[]> {
    const recipe = recipeOf({ ...plain, ...options }, steps);
    return pipeline.make({
      source,
      recipe,
      marks: { '/mark.png': samples.mark },
      into: await pictures.fresh(),
    });
  }

  async function makeOne(...input: Parameters<typeof make>): Promise<MadePicture> {
    const made = await make(...input);
    expect(made).toHaveLength(1);
    return made[0] as MadePicture;
  }

  return { pictures, pipeline, samples: samples as Samples, make, makeOne };
}

/** Whether two pixels are the same but for what an encoder that loses detail does to them. */
export function isNear(pixel: readonly number[], wanted: readonly number[]): boolean {
  return pixel.every((value, index) => Math.abs(value - (wanted[index] ?? value)) <= 6);
}

/** Checks that a file says of itself what the pipeline said of it. */
export async function verified(made: MadePicture): Promise<Metadata> {
  const metadata = await sharp(made.file).metadata();
  const { format, width, height, frames } = made;
  expect({ format, width, height, frames }).toEqual({
    format: metadata.format,
    width: metadata.width,
    height: metadata.pageHeight ?? metadata.height,
    frames: metadata.pages ?? 1,
  });
  expect((await readFile(made.file)).length).toBe(made.bytes);
  return metadata;
}
