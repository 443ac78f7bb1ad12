import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { buildConsole } from '../harness/console.ts';
import { adminKey, startServer, type TestServer } from '../harness/server.ts';
import { watchedPages } from './watched-page.ts';

/** Who the tests log in as; the member has one service, the stranger none. */
export const people = {
  dev: { name: 'dev@example.com', password: 'change-me-now' },
  member: { name: 'member@example.com', password: 'one-service-only' },
  stranger: { name: 'stranger@example.com', password: 'none-of-them' },
} as const;

const shop = {
  appKey: 'imgAppKey0000001',
  secretKey: 'imgSecret0000000000000000000001',
  container: 'aaaaach',
};

/** A real server with two image services, `shop` and `blog`, and a real browser. */
export interface ImageWorld {
  readonly server: TestServer;
  readonly page: ReturnType<typeof watchedPages<typeof people>>;
  /** The id of a service by its name. */
  readonly services: Readonly<Record<string, number>>;
  /** Stores a picture as a pipeline would; answers what the API says of it. */
  put(path: string, picture: Buffer): Promise<{ readonly id: string; readonly url: string }>;
  /** Makes an operation as a pipeline would. */
  operate(name: string, data: readonly object[]): Promise<void>;
  /** What the API of the original answers about `shop`. */
  ask(path: string, options?: { method?: string; json?: unknown }): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Builds the console and starts everything. */
export async function openImageWorld(browser: Browser): Promise<ImageWorld> {
  await buildConsole();
  const server = await startServer({
    declaration: {
      principals: [{ ...people.dev, admin: true }, { ...people.member }, { ...people.stranger }],
      imageManager: {
        services: [
          { name: 'shop', ...shop, realtimeService: true, members: { [people.member.name]: 'ADMIN' } },
          { name: 'blog' },
        ],
      },
    },
  });
  const page = watchedPages(browser, server, people);
  const base = `/image/v2.0/appkeys/${shop.appKey}`;
  const authorization = shop.secretKey;

  const ask: ImageWorld['ask'] = async (path, options = {}) => {
    const { json } = await server.call(`${base}${path}`, { ...options, headers: { authorization } });
    if (!json.header.isSuccessful) throw new Error(`${path}: ${json.header.resultMessage}`);
    return json;
  };

  return {
    server,
    page,
    services: await serviceIds(server),
    ask,
    async put(path, picture) {
      const { json } = await server.call(`${base}/images?overwrite=true&path=${encodeURIComponent(path)}`, {
        method: 'PUT',
        headers: { authorization },
        body: new Uint8Array(picture),
      });
      if (!json.header.isSuccessful) throw new Error(`${path}: ${json.header.resultMessage}`);
      return json.file;
    },
    async operate(name, data) {
      await ask(`/operations/${name}`, { method: 'PUT', json: { data } });
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function serviceIds(server: TestServer): Promise<Record<string, number>> {
  const { json } = await server.call('/api/slipway/v1/nhn-image-manager/services', { key: adminKey });
  return Object.fromEntries(json.items.map(({ id, name }: { id: number; name: string }) => [name, id]));
}

/** A JPEG of noise over a gradient, as large in bytes as a photo; `taken` is its EXIF date, `2016:02:26 15:57:06`. */
export async function photo(width: number, height: number, taken?: string): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 140, sigma: 30 } as const;
  const image = sharp({ create: { width, height, channels: 3, background: '#3a7ca5', noise } });
  const stamped =
    taken === undefined
      ? image
      : image.withExif({ IFD0: { DateTime: taken }, IFD2: { DateTimeOriginal: taken } });
  return await stamped.jpeg({ quality: 90 }).toBuffer();
}

/** A PNG of one colour. */
export async function plainPng(width: number, height: number, background: string): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}
