import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { Configuration } from '../../../src/config/index.ts';
import type { Clock } from '../../../src/storage/index.ts';
import { type Answer, type CallOptions, startServer, type TestServer } from '../../harness/server.ts';

/** Access keys: a member of the service, and somebody who is in no service. */
export const keys = {
  member: { id: 'IMGMEMBER00000000001', secret: 'membersecret0001' },
  stranger: { id: 'IMGSTRANGER000000001', secret: 'strangersecret01' },
} as const;

/** The service that most tests use, and another tenant. */
export const shop = {
  appKey: 'imgAppKey0000001',
  secretKey: 'imgSecret0000000000000000000001',
  container: 'aaaaach',
} as const;
/** The other tenant's service. */
export const other = {
  appKey: 'imgAppKey0000002',
  secretKey: 'imgSecret0000000000000000000002',
  container: 'aaaaacz',
} as const;

/** What both are declared as. */
export const declaration = {
  principals: [
    { name: 'dev@example.com', keys: [keys.member] },
    { name: 'stranger@example.com', keys: [keys.stranger] },
  ],
  imageManager: {
    services: [
      { name: 'shop', ...shop, realtimeService: true, members: { 'dev@example.com': 'ADMIN' } },
      { name: 'other', ...other },
    ],
  },
};

/** A server with that setup. */
export async function startInstallation(
  options: { clock?: Clock; settings?: Partial<Configuration>; databaseUrl?: string } = {},
): Promise<TestServer> {
  return await startServer({ declaration, ...options });
}

/** Calls the API of a service (v2.0, with its secret key); `path` is what stands behind the app key. */
export async function api(
  server: TestServer,
  method: string,
  path: string,
  options: CallOptions = {},
  service: { readonly appKey: string; readonly secretKey: string } = shop,
): Promise<Answer> {
  return await server.call(`/image/v2.0/appkeys/${service.appKey}${path}`, {
    ...options,
    method,
    headers: { authorization: service.secretKey, ...options.headers },
  });
}

/** Result code of an answer, which has status 200 whatever it is. */
export function codeOf(answer: Answer): number {
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.text}`);
  return answer.json.header.resultCode;
}

/** `?a=b&c=d`, encoded. */
export function query(values: Readonly<Record<string, string | number | boolean>>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) text.set(name, String(value));
  return `?${text}`;
}

/** Uploads bytes to a path; further query values may follow. */
export async function upload(
  server: TestServer,
  path: string,
  bytes: Buffer | string,
  values: Readonly<Record<string, string | number | boolean>> = {},
  options: CallOptions = {},
): Promise<Answer> {
  const body = typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
  return await api(server, 'PUT', `/images${query({ path, ...values })}`, {
    headers: { 'content-type': 'application/octet-stream' },
    body,
    ...options,
  });
}

/** A folder's listing. */
export async function listed(
  server: TestServer,
  basepath: string,
  values: Readonly<Record<string, string | number | boolean>> = {},
): Promise<Answer> {
  return await api(server, 'GET', `/folders${query({ basepath, ...values })}`);
}

/** The bytes behind a public URL, asked for without any key; the address is the server's, whatever host the URL names. */
export async function fetched(
  server: TestServer,
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const { pathname, search } = new URL(url);
  const answer = await fetch(`${server.url}${pathname}${search}`, init);
  return {
    status: answer.status,
    headers: answer.headers,
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}

const colour = { r: 200, g: 30, b: 90, alpha: 0.5 };

/** A PNG with some transparency. */
export async function png(width = 40, height = 30): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 4, background: colour } })
    .png()
    .toBuffer();
}

/** A JPEG with noise, so that half of it is half of it. */
export async function jpeg(width = 400, height = 300): Promise<Buffer> {
  return await plainJpeg(width, height).toBuffer();
}

/** A JPEG whose EXIF can still be added to. */
export function plainJpeg(width = 400, height = 300): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: colour, noise } }).jpeg();
}

/** A multipart body; parts keep their order. */
export function form(
  parts: readonly (
    | readonly [name: string, text: string]
    | readonly [name: string, bytes: Buffer, fileName: string]
  )[],
): FormData {
  const data = new FormData();
  for (const [name, content, fileName] of parts) {
    if (typeof content === 'string') data.append(name, content);
    else data.append(name, new Blob([new Uint8Array(content)]), fileName);
  }
  return data;
}

/** A black PNG of one bit a pixel, valid and small however many pixels it has. */
export function blankPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
