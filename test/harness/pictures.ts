import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll } from 'vitest';

/** Pixels as they are looked at: red, green, blue, alpha. */
export interface Looked {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): readonly number[];
}

/** A folder for pictures that is removed after the tests of a file. */
export function pictureFolder(): {
  write(name: string, content: Uint8Array): Promise<string>;
  /** What the names of made pictures can begin with, another one each time. */
  fresh(): Promise<string>;
} {
  let made = 0;
  const root = mkdtemp(join(tmpdir(), 'slipway-pictures-'));
  afterAll(async () => rm(await root, { recursive: true, force: true }));
  return {
    async write(name, content) {
      const file = join(await root, name);
      await writeFile(file, content);
      return file;
    },
    async fresh() {
      made += 1;
      return join(await root, `made-${made}`);
    },
  };
}

/**
 * A picture in which every place has its own colour: red grows to the right, green to the bottom (0 to 255), blue is
 * 64 in the left upper quarter and 192 elsewhere.
 */
export function gradient(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      data[at] = Math.round((x * 255) / Math.max(1, width - 1));
      data[at + 1] = Math.round((y * 255) / Math.max(1, height - 1));
      data[at + 2] = x < width / 2 && y < height / 2 ? 64 : 192;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A GIF or WebP whose frames are of one colour each; delays of 100, 200, 300… milliseconds, three loops. */
export async function animation(
  width: number,
  height: number,
  colours: readonly string[],
  format: 'gif' | 'webp' = 'gif',
): Promise<Buffer> {
  const frames = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .toFormat(format, { delay: colours.map((_, index) => (index + 1) * 100), loop: 3 })
    .toBuffer();
}

/** Decodes a picture to look at single pixels of it. */
export async function look(picture: string | Buffer): Promise<Looked> {
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    at: (x, y) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)],
  };
}
