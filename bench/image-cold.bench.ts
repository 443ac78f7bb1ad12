import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { createPipeline, type Recipe, recipeOf, type WritableFormat, withExif } from '../src/media/index.ts';
import { benchKeys, startBuiltServer } from './built-server.ts';
import { PlainConnection } from './plain-connection.ts';
import { judge, median, tell } from './report.ts';

/**
 * Cold transforms (resize to 400, quality 80) of 12-megapixel JPEG, 2-megapixel PNG with alpha and 1-megapixel WebP in
 * the child processes of the pipeline, and through real-time URLs of the built server, beside a bare loop of the same sharp
 * calls at the same concurrency on the same files. Every picture is another one, since libvips remembers what it decoded,
 * and a blob that is there already is not stored again. One round before the counted ones warms all three, and some hundred
 * dots the server's own code, as it is a minute after its start.
 */
/** Requests per core: enough that some are drawn while others are stored. */
const concurrency = 3 * availableParallelism();
const rounds = 7;
const picturesPerRound = 90;
const warmingDots = 2_000;

const folder = await mkdtemp(join(tmpdir(), 'slipway-cold-'));
const pipeline = createPipeline();
const server = await startBuiltServer();
const api = `${server.base}/image/v2.0/appkeys/${benchKeys.imageAppKey}`;
const authorization = benchKeys.imageSecretKey;
try {
  const samples = await makeSamples();
  await putOperation();
  await warmServer();
  const ratios: { pipeline: number[]; url: number[] } = { pipeline: [], url: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const files = await makePictures(samples, round);
    const urls = await upload(
      files.map((file) => ({ path: `/${basename(file)}`, body: () => readFile(file) })),
    );
    const bare = picturesPerRound / (await seconds(() => bareLoop(files)));
    const inPipeline = picturesPerRound / (await seconds(() => pipelineLoop(files)));
    const before = await server.cpuMilliseconds();
    const byUrl = picturesPerRound / (await seconds(() => urlLoop(urls)));
    const serverCpu = ((await server.cpuMilliseconds()) - before) / picturesPerRound;
    for (const file of files) await rm(file);
    if (round === 0) continue;
    tell(
      `pictures/s: bare loop ${bare.toFixed(1)}, pipeline ${inPipeline.toFixed(1)}, real-time URL ${byUrl.toFixed(1)}; ` +
        `the server's own CPU ${serverCpu.toFixed(1)} ms a picture`,
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

async function warmServer(): Promise<void> {
  const dots = Array.from({ length: warmingDots }, (_, index) => ({
    path: `/dot${index}.webp`,
    body: () =>
      sharp({ create: { width: 500 + index, height: 1, channels: 3, background: '#777' } })
        .webp()
        .toBuffer(),
  }));
  await urlLoop(await upload(dots));
}

/** Uploads pictures and tells the paths of the URLs that make their thumbnails. */
async function upload(
  pictures: readonly { readonly path: string; readonly body: () => Promise<Buffer> }[],
): Promise<string[]> {
  const urls: string[] = [];
  await inParallel(pictures, async ({ path, body }, index) => {
    await succeeded(
      await fetch(`${api}/images?path=${path}`, {
        method: 'PUT',
        headers: { authorization },
        body: new Uint8Array(await body()),
      }),
    );
    urls[index] = `/i/${benchKeys.container}${path}?w400`;
  });
  return urls;
}

/** Each lane has a connection. What a caller takes of the processor, the bare loop has for itself. */
async function urlLoop(paths: readonly string[]): Promise<void> {
  const queue = paths.values();
  const lane = async () => {
    const connection = await PlainConnection.open(server.base);
    try {
      for (const path of queue) {
        const status = await connection.get(path);
        if (status !== 200) throw new Error(`${path} answered ${status}`);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

async function succeeded(answer: Response): Promise<void> {
  const { header } = (await answer.json()) as { header: { isSuccessful: boolean; resultMessage: string } };
  if (!header.isSuccessful) throw new Error(`${answer.url} answered: ${header.resultMessage}`);
}

interface Sample {
  readonly format: WritableFormat;
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly bytes: Buffer;
}

/** Noise that was blurred: it costs a decoder about what a photograph does. */
async function makeSamples(): Promise<readonly Sample[]> {
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
  const [large, alpha, small] = [[4_000, 3_000] as const, [1_600, 1_250] as const, [1_200, 834] as const];
  const jpeg = await photograph(...large)
    .jpeg({ quality: 90 })
    .toBuffer();
  const png = await photograph(...alpha)
    .ensureAlpha(0.8)
    .png()
    .toBuffer();
  const webp = await photograph(...small)
    .webp({ quality: 85 })
    .toBuffer();
  return [
    { format: 'jpeg', width: large[0], height: large[1], hasAlpha: false, bytes: jpeg },
    { format: 'png', width: alpha[0], height: alpha[1], hasAlpha: true, bytes: png },
    { format: 'webp', width: small[0], height: small[1], hasAlpha: false, bytes: webp },
  ];
}

/** The pictures of one round: the samples in turn, each with a number of its own in its EXIF block. */
async function makePictures(samples: readonly Sample[], round: number): Promise<string[]> {
  const files: string[] = [];
  for (let index = 0; index < picturesPerRound; index += 1) {
    const { format, bytes, ...size } = samples[index % samples.length] as Sample;
    const file = join(folder, `round${round}-${index}.${format}`);
    await writeFile(file, withExif(bytes, format, await numberBlock(`picture ${index} of ${round}`), size));
    files.push(file);
  }
  return files;
}

/** An EXIF block with a description. */
async function numberBlock(description: string): Promise<Buffer> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#777' } });
  const described = await dot
    .withExif({ IFD0: { ImageDescription: description } })
    .jpeg()
    .toBuffer();
  const { exif } = await sharp(described).metadata();
  if (exif === undefined) throw new Error('sharp wrote no EXIF block');
  return exif;
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
    await pipeline.make({ source, recipe: to400(), marks: {}, into: join(out, String(index)) });
  });
  await rm(out, { recursive: true });
}

function to400(): Recipe {
  return recipeOf(
    { autoOrient: false, keepExif: true, keepAnimation: true, quality: 80, targetExtension: null },
    [{ kind: 'resize', mode: 'width-fit', width: 400, height: 0, direction: 'down' }],
  );
}

async function inParallel<Job>(
  jobs: readonly Job[],
  run: (job: Job, index: number) => Promise<void>,
): Promise<void> {
  const queue = jobs.entries();
  const lane = async () => {
    for (const [index, job] of queue) await run(job, index);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1_000;
}
