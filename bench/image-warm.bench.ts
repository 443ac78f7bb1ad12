import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import autocannon from 'autocannon';
import Fastify from 'fastify';
import sharp from 'sharp';
import { benchKeys, startBuiltServer } from './built-server.ts';
import { judge, median, tell } from './report.ts';

/** The types of uploads are not looked at. */
const headers = { authorization: benchKeys.imageSecretKey, 'content-type': 'application/json' };
const apiOf = (base: string) => `${base}/image/v2.0/appkeys/${benchKeys.imageAppKey}`;

/**
 * Warm thumbnails (by `?operation`) and originals, 64 connections, beside @fastify/static serving the same bytes in a
 * process of its own.
 */
if (process.argv[2] === 'static') await serveStatic(process.argv[3] ?? '');
else await compare();

async function serveStatic(folder: string): Promise<void> {
  const app = Fastify();
  await app.register(fastifyStatic, { root: folder });
  process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
}

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-warm-'));
  const plain = spawn(process.execPath, ['--import', 'tsx', import.meta.filename, 'static', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(plain.stdout, 'data')) as [Buffer];
  const theirs = line.toString().trim();
  const server = await startBuiltServer();
  try {
    const [original, large] = [await picture(1600, 1200), await picture(4000, 3000)];
    await writeFile(join(folder, 'original.jpg'), original);
    await writeFile(join(folder, 'large.jpg'), large);
    await defineThumbnail(server.base);
    const url = await upload(server.base, 'original.jpg', original);
    const largeUrl = await upload(server.base, 'large.jpg', large);
    const thumbnail = Buffer.from(await (await fetch(`${url}?w400`)).arrayBuffer());
    await writeFile(join(folder, 'thumbnail.jpg'), thumbnail);
    await race(`warm thumbnails of ${kilobytes(thumbnail)} KB`, `${theirs}/thumbnail.jpg`, `${url}?w400`);
    await race(`warm originals of ${kilobytes(original)} KB`, `${theirs}/original.jpg`, url);
    await race(`warm originals of ${kilobytes(large)} KB`, `${theirs}/large.jpg`, largeUrl);
  } finally {
    plain.kill();
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function race(what: string, theirs: string, ours: string): Promise<void> {
  const ratios: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const plain = await megabytesPerSecond(theirs);
    const own = await megabytesPerSecond(ours);
    tell(`${what}: @fastify/static ${plain.toFixed(0)} MB/s, image host ${own.toFixed(0)} MB/s`);
    ratios.push(own / plain);
  }
  judge(`${what} ÷ @fastify/static, median`, median(ratios), { atLeast: 0.8 });
}

async function megabytesPerSecond(url: string): Promise<number> {
  const result = await autocannon({ url, connections: 64, duration: 3 });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} answers of ${url} were no success`);
  // Bytes, because of large pictures few answers are complete when the time is up.
  return result.throughput.average / 1e6;
}

/** Something as heavy as a photo: a web-sized one of 2 megapixels, a camera's of 12. */
async function picture(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  const grain = sharp({ create: { width, height, channels: 3, background: '#345', noise } });
  return await grain.jpeg({ quality: 70 }).toBuffer();
}

async function defineThumbnail(base: string): Promise<void> {
  const option = { width: 400, height: 0, quality: 80 };
  const body = JSON.stringify({ data: [{ templateOperationId: 'resize_width_fit', option }] });
  await succeeded(await fetch(`${apiOf(base)}/operations/w400`, { method: 'PUT', headers, body }));
}

async function upload(base: string, name: string, picture: Buffer): Promise<string> {
  const body = new Uint8Array(picture);
  await succeeded(await fetch(`${apiOf(base)}/images?path=/${name}`, { method: 'PUT', headers, body }));
  return `${base}/i/${benchKeys.container}/${name}`;
}

async function succeeded(answer: Response): Promise<void> {
  const { header } = (await answer.json()) as { header: { isSuccessful: boolean; resultMessage: string } };
  if (!header.isSuccessful) throw new Error(header.resultMessage);
}

function kilobytes({ length }: Buffer): string {
  return (length / 1000).toFixed(0);
}
