import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { benchKeys, startBuiltServer } from './built-server.ts';
import { race, startStatic } from './static-race.ts';

/** The types of uploads are not looked at. */
const headers = { authorization: benchKeys.imageSecretKey, 'content-type': 'application/json' };
const apiOf = (base: string) => `${base}/image/v2.0/appkeys/${benchKeys.imageAppKey}`;

/**
 * Warm thumbnails (by `?operation`) and originals, 64 connections, beside @fastify/static serving the same bytes in a
 * process of its own.
 */
const folder = await mkdtemp(join(tmpdir(), 'slipway-warm-'));
const plain = await startStatic(folder);
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
  await raceOf('warm thumbnails', thumbnail, 'thumbnail.jpg', `${url}?w400`);
  await raceOf('warm originals', original, 'original.jpg', url);
  await raceOf('warm originals', large, 'large.jpg', largeUrl);
} finally {
  plain.stop();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}

async function raceOf(kind: string, { length }: Buffer, file: string, ours: string): Promise<void> {
  const what = `${kind} of ${(length / 1000).toFixed(0)} KB`;
  const theirs = `${plain.base}/${file}`;
  await race({
    ...{ what, name: 'image host', theirs, ours },
    ...{ connections: 64, seconds: 3, atLeast: 0.8 },
  });
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
