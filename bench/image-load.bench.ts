import { openAsBlob } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { type BuiltServer, benchKeys, startBuiltServer } from './built-server.ts';
import { judge, median, tell } from './report.ts';

/**
 * The API while 500 transforms are queued, the memory of 50 parallel uploads of 12 megapixels with two operations each,
 * and the memory that an upload of a 1 GB archive adds; all processes counted.
 */
const headers = { authorization: benchKeys.imageSecretKey, 'content-type': 'application/json' };

const server = await startBuiltServer({ SLIPWAY_IMAGE_REQUEST_LIMIT_BYTES: '2000000000' });
const folder = await mkdtemp(join(tmpdir(), 'slipway-image-load-'));
const photo = await picture(4000, 3000);
try {
  for (let index = 0; index < 10; index += 1) {
    const option = { width: 400 + index, height: 0, quality: 80 };
    await call('PUT', `/operations/w${index}`, {
      data: [{ templateOperationId: 'resize_width_fit', option }],
    });
  }
  await memoryOfUploads(server);
  await responsiveness();
  await memoryOfArchive(server);
} finally {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}

async function memoryOfUploads({ residentBytes }: BuiltServer): Promise<void> {
  const most = await mostMemory(residentBytes, async () => {
    const uploads = Array.from({ length: 50 }, (_, index) =>
      send('PUT', `/images?path=/photos/photo${index}.jpg&operationIds=w0,w1`, new Uint8Array(photo)),
    );
    const files = await Promise.all(uploads);
    for (const { file } of files) for (const { queueId } of file.queues) await ended(queueId);
  });
  judge('50 uploads of 12 megapixels with two operations each', most, { atMost: 700 }, ' MB');
}

async function memoryOfArchive({ residentBytes }: BuiltServer): Promise<void> {
  const archive = join(folder, 'photos.zip');
  await writeArchive(archive, 1_000_000_000);
  const before = (await residentBytes()) / 1e6;
  const most = await mostMemory(residentBytes, async () => {
    const form = new FormData();
    form.set('params', JSON.stringify({ basepath: '/archive' }));
    form.set('files', await openAsBlob(archive), 'photos.zip');
    const { successes } = await send('POST', '/images', form);
    tell(`${successes.length} pictures came out of the archive`);
  });
  judge('growth by an archive of 1 GB', most - before, { atMost: 200 }, ' MB');
}

async function responsiveness(): Promise<void> {
  for (let index = 0; index < 50; index += 1) {
    await send('PUT', `/images?path=/many/photo${index}.jpg`, new Uint8Array(await picture(1200, 900)));
  }
  const idle = median(await listings(200));
  const operationIds = Array.from({ length: 10 }, (_, index) => `w${index}`);
  const { queues } = await call('POST', '/operations-exec', {
    basepath: '/',
    filepaths: ['/many'],
    operationIds,
  });
  const busy = median(await listings(200));
  const last = queues.at(-1).queueId;
  const { queue } = await call('GET', `/queues/${last}`);
  if (queue.status === 'D')
    throw new Error('the transforms ended before the lists that were to be read beside them');
  tell(
    `GET /folders idle ${idle.toFixed(1)} ms, busy ${busy.toFixed(1)} ms; transforms were left at the end`,
  );
  judge(`GET /folders while ${queues.length} transforms are queued ÷ idle, median`, busy / idle, {
    atMost: 3,
  });
  // What they take must not count as the archive's.
  await ended(last);
}

async function listings(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await call('GET', '/folders?basepath=/many&rows=50');
    times.push(performance.now() - began);
  }
  return times;
}

/** The most resident megabytes while `work` runs. */
async function mostMemory(residentBytes: () => Promise<number>, work: () => Promise<void>): Promise<number> {
  let most = 0;
  let isRunning = true;
  const look = async () => {
    while (isRunning) {
      most = Math.max(most, (await residentBytes()) / 1e6);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const looking = look();
  await work().finally(() => {
    isRunning = false;
  });
  await looking;
  return most;
}

async function ended(queueId: string): Promise<void> {
  for (;;) {
    const { queue } = await call('GET', `/queues/${queueId}`);
    if (queue.status === 'D') return;
    if (queue.status === 'F') throw new Error(`the task of ${queue.path} failed`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read by what stands in them
async function call(method: string, path: string, json?: unknown): Promise<any> {
  return await send(method, path, json === undefined ? undefined : JSON.stringify(json));
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read by what stands in them
async function send(method: string, path: string, body?: RequestInit['body']): Promise<any> {
  const { 'content-type': json, ...key } = headers;
  const answer = await fetch(`${server.base}/image/v2.0/appkeys/${benchKeys.imageAppKey}${path}`, {
    method,
    headers: body instanceof FormData ? key : { ...key, 'content-type': json },
    ...(body === undefined ? {} : { body }),
  });
  const read = (await answer.json()) as { header: { isSuccessful: boolean; resultMessage: string } };
  if (!read.header.isSuccessful) throw new Error(`${method} ${path}: ${read.header.resultMessage}`);
  return read;
}

/** Something as heavy as a photo. */
async function picture(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  const grain = sharp({ create: { width, height, channels: 3, background: '#345', noise } });
  return await grain.jpeg({ quality: 70 }).toBuffer();
}

/** An archive of so many bytes of photos, stored as they are. */
async function writeArchive(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  const directory: Buffer[] = [];
  const sum = crc32(photo);
  let offset = 0;
  for (let index = 0; offset + photo.length + 100 < bytes; index += 1) {
    const name = Buffer.from(`photo${String(index).padStart(5, '0')}.jpg`);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    writeFacts(local, 4, sum, name.length);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    writeFacts(central, 6, sum, name.length);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    await file.writev([local, name, photo]);
    offset += local.length + name.length + photo.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  await file.writev([entries, end]);
  await file.close();
}

/** What the local and the central header of an entry have in common, from the needed version on. */
function writeFacts(header: Buffer, at: number, sum: number, nameLength: number): void {
  header.writeUInt16LE(20, at);
  header.writeUInt32LE(sum, at + 10);
  header.writeUInt32LE(photo.length, at + 14);
  header.writeUInt32LE(photo.length, at + 18);
  header.writeUInt16LE(nameLength, at + 22);
}
