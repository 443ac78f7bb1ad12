import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { createPipeline, type Recipe, recipeOf } from '../src/media/index.ts';
import { benchKeys, startBuiltServer } from './built-server.ts';
import { judge, median, tell } from './report.ts';

/**
 * Cold transforms (resize to 400, quality 80) of 12-megapixel JPEG, 2-megapixel PNG with alpha and 1-megapixel WebP in
 * the child processes of the pipeline, and through real-time URLs of the built server, beside a bare loop of the same sharp
 * calls at the same concurrency on the same files.
 */
/** Two requests per core, so that one is drawn while another one is stored. */
const concurrency = 2 * availableParallelism();
const rounds = 5;
const picturesPerRound = 60;

const folder = await mkdtemp(join(tmpdir(), 'slipway-cold-'));
const pipeline = createPipeline();
const server = await startBuiltServer();
const api = `${server.base}/image/v2.0/appkeys/${benchKeys.imageAppKey}`;
const authorization = benchKeys.imageSecretKey;
try {
  const files = await makePictures();
  const work = Array.from({ length: picturesPerRound }, (_, index) => files[index % files.length] as string);
  await putOperation();
  await bareLoop(files);
  await pipelineLoop(files);
  await urlLoop(await upload('first', files));
  const ratios: { pipeline: number[]; url: number[] } = { pipeline: [], url: [] };
  for (let round = 0; round < rounds; round += 1) {
    const urls = await upload(`round${round}`, work);
    const bare = picturesPerRound / (await seconds(() => bareLoop(work)));
    const inPipeline = picturesPerRound / (await seconds(() => pipelineLoop(work)));
    const byUrl = picturesPerRound / (await seconds(() => urlLoop(urls)));
    tell(
      `pictures/s: bare loop ${bare.toFixed(1)}, pipeline ${inPipeline.toFixed(1)}, real-time URL ${byUrl.toFixed(1)}`,
    );
    ratios.pipeline.push(inPipeline / bare);
    ratios.url.push(byUrl / bare);
  }
  judge('cold transforms: pipeline ÷ bare loop, median', median(ratios.pipeline), { atLeast: 0.9 });
  judge('cold transforms: real-time URL ÷ bare loop, median', median(ratios.url), { atLeast: 0.9 });
} finally {
  await pipeline.close();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}

async function putOperation(): Promise<void> {
  const option = { width: 400, height: 0, quality: 80 };
  const body = JSON.stringify({ data: [{ templateOperationId: 'resize_width_fit', option }] });
  const headers = { authorization, 'content-type': 'application/json' };
  await succeeded(await fetch(`${api}/operations/w400`, { method: 'PUT', headers, body }));
}

/** Uploads every picture under a name of its own and tells the URLs that make its thumbnails. */
async function upload(round: string, files: readonly string[]): Promise<string[]> {
  const urls: string[] = [];
  await inParallel(files, async (file, index) => {
    const path = `/${round}/picture${index}${extname(file)}`;
    const body = await readFile(file);
    await succeeded(
      await fetch(`${api}/images?path=${path}`, { method: 'PUT', headers: { authorization }, body }),
    );
    urls[index] = `${server.base}/i/${benchKeys.container}${path}?w400`;
  });
  return urls;
}

async function urlLoop(urls: readonly string[]): Promise<void> {
  await inParallel(urls, async (url) => {
    const answer = await fetch(url);
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  });
}

async function succeeded(answer: Response): Promise<void> {
  const { header } = (await answer.json()) as { header: { isSuccessful: boolean; resultMessage: string } };
  if (!header.isSuccessful) throw new Error(`${answer.url} answered: ${header.resultMessage}`);
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
