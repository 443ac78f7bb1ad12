import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** A picture of one colour that no other has: what is made of it can be told from what is made of all others. */
export interface SentPicture {
  readonly colour: number;
  readonly bytes: Buffer;
  readonly sha256: string;
}

let made = 0;

/** The next one: a PNG of 30 to 300 KB, so that half of it could be seen. */
export async function nextPicture(random: () => number): Promise<SentPicture> {
  made += 1;
  // An odd factor: every number below 2^24 has a colour of its own, and neighbours look different.
  const colour = (made * 9_973_217) % 0x1000000;
  const background = { r: colour >> 16, g: (colour >> 8) & 255, b: colour & 255 };
  const create = { width: 100 + Math.floor(random() * 200), height: 100, channels: 3, background } as const;
  const bytes = await sharp({ create: { ...create, height: 100 + Math.floor(random() * 230) } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return { colour, bytes, sha256: sha256Of(bytes) };
}

/** The colour of a picture that is decoded whole. Throws for one that is broken, or has more than one colour. */
export async function onlyColourOf(bytes: Buffer): Promise<number> {
  const { data, info } = await sharp(bytes, { failOn: 'truncated' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const first = data.readUIntBE(0, 3);
  for (let at = 0; at < data.length; at += info.channels) {
    if (data.readUIntBE(at, 3) !== first) throw new Error('a picture of one colour has several');
  }
  return first;
}

/** In hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
