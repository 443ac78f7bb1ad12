import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createPipeline, type Recipe, recipeOf } from '../src/media/index.ts';
import { judge, median, tell } from './report.ts';

/**
 * Cold transforms (resize to 400, quality 80) of 12-megapixel JPEG, 2-megapixel PNG with alpha and 1-megapixel WebP in
 * the child processes of the pipeline, beside a bare loop of the same sharp calls at the same concurrency.
 */
const concurrency = availableParallelism();
const rounds = 5;
const picturesPerRound = 60;

const folder = await mkdtemp(join(tmpdir(), 'slipway-cold-'));
const pipeline = createPipeline();
try {
  const files = await makePictures();
  const work = Array.from({ length: picturesPerRound }, (_, index) => files[index % files.length] as string);
  await bareLoop(files);
  await pipelineLoop(files);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bare = picturesPerRound / (await seconds(() => bareLoop(work)));
    const ours = picturesPerRound / (await seconds(() => pipelineLoop(work)));
    tell(`bare loop ${bare.toFixed(1)} pictures/s, pipeline ${ours.toFixed(1)} pictures/s`);
    ratios.push(ours / bare);
  }
  judge('cold transforms: pipeline ÷ bare loop, median', median(ratios), { atLeast: 0.9 });
} finally {
  await pipeline.close();
  await rm(folder, { recursive: true, force: true });
}

/** Noise that was blurred: it costs a decoder about what a photograph does. */
async function makePictures(): Promise<string[]> {
  const photograph = (width: number, height: number) =>
    sharp({
      create: {
        width,
        height,
        channels: 3,
        background: '#777',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    }).blur(3);
  const files = ['large.jpg', 'alpha.png', 'small.webp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await photograph(4_000, 3_000).jpeg({ quality: 90 }).toFile(files[0]);
  await photograph(1_600, 1_250).ensureAlpha(0.8).png().toFile(files[1]);
  await photograph(1_200, 834).webp({ quality: 85 }).toFile(files[2]);
  return files;
}

async function bareLoop(files: readonly string[]): Promise<void> {
  await inParallel(files, async (file) => {
    const { format, width, height } = await sharp(file).metadata();
    const [w, h] = [400, Math.round((400 * height) / width)];
    const resized = sharp(file).resize(w, h, { fit: 'fill', kernel: 'lanczos3' });
    if (format === 'jpeg') await resized.keepExif().jpeg({ quality: 80 }).toBuffer();
    else if (format === 'webp') await resized.keepExif().webp({ quality: 80 }).toBuffer();
    else await resized.keepExif().png().toBuffer();
  });
}

async function pipelineLoop(files: readonly string[]): Promise<void> {
  const out = await mkdtemp(join(folder, 'made-'));
  await inParallel(files, async (source, index) => {
    const into = join(out, String(index));
    await mkdir(into);
    await pipeline.make({ source, recipe: to400(), marks: {}, folder: into });
  });
  await rm(out, { recursive: true });
}

function to400(): Recipe {
  return recipeOf(
    { autoOrient: false, keepExif: true, keepAnimation: true, quality: 80, targetExtension: null },
    [{ kind: 'resize', mode: 'width-fit', width: 400, height: 0, direction: 'down' }],
  );
}

async function inParallel(
  files: readonly string[],
  run: (file: string, index: number) => Promise<void>,
): Promise<void> {
  const queue = files.entries();
  const lane = async () => {
    for (const [index, file] of queue) await run(file, index);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1_000;
}
