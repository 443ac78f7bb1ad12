import { expect, test } from 'vitest';
import { readBmpHeader } from './bmp-header.ts';
import { isWholeBmp, readBmp } from './bmp-reader.ts';
import { writeBmp } from './bmp-writer.ts';

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** What stands between the header and the pixels: masks or a palette, as bytes. */
  readonly tables?: readonly number[];
  readonly pixels: readonly number[];
}

function bitmap({ width, height, bits, compression = 0, tables = [], pixels }: Bitmap): Buffer {
  const head = Buffer.alloc(54);
  head.write('BM', 0, 'latin1');
  head.writeUInt32LE(54 + tables.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  return Buffer.concat([head, Buffer.from(tables), Buffer.from(pixels)]);
}

/** Decodes to rows of hex colours, from the top. */
function decode(file: Buffer): string[] {
  const header = readBmpHeader(file);
  if (header === undefined || !isWholeBmp(file, header)) throw new Error('broken');
  const { data, width, height, channels } = readBmp(file, header);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (y * width + x) * channels;
      return data.subarray(at, at + channels).toString('hex');
    }).join(' '),
  );
}

const [black, red, blue] = ['000000', 'ff0000', '0000ff'];
/** Entries are blue, green, red, nothing. */
const palette = [0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];
const palette16 = [...palette, ...Array(64 - palette.length).fill(0)];
const palette256 = [...palette, ...Array(1024 - palette.length).fill(0)];

test.each<[string, Bitmap, string[]]>([
  [
    '24 bits, bottom row first, padded',
    { width: 1, height: 2, bits: 24, pixels: [255, 0, 0, 9, 0, 0, 255, 9] },
    [red, blue],
  ],
  [
    '24 bits, top row first',
    { width: 1, height: -2, bits: 24, pixels: [255, 0, 0, 9, 0, 0, 255, 9] },
    [blue, red],
  ],
  ['24 bits without the last padding', { width: 1, height: 1, bits: 24, pixels: [255, 0, 0] }, [blue]],
  [
    '32 bits, whose fourth byte means nothing',
    { width: 2, height: 1, bits: 32, pixels: [255, 0, 0, 7, 0, 0, 255, 0] },
    [`${blue} ${red}`],
  ],
  ['16 bits of five each', { width: 2, height: 1, bits: 16, pixels: [0x1f, 0, 0, 0x7c] }, [`${blue} ${red}`]],
  [
    '16 bits with masks of 5, 6, 5',
    {
      width: 2,
      height: 1,
      bits: 16,
      compression: 3,
      tables: [0, 0xf8, 0, 0, 0xe0, 7, 0, 0, 0x1f, 0, 0, 0],
      pixels: [0x1f, 0, 0xe0, 7],
    },
    [`${blue} 00ff00`],
  ],
  [
    '32 bits with a mask for alpha',
    {
      width: 2,
      height: 1,
      bits: 32,
      compression: 6,
      tables: [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255],
      pixels: [255, 0, 0, 128, 0, 0, 255, 0],
    },
    [`${blue}80 ${red}00`],
  ],
  [
    '8 bits with a palette',
    { width: 3, height: 1, bits: 8, tables: palette256, pixels: [0, 1, 2, 0] },
    [`${black} ${red} ${blue}`],
  ],
  [
    '4 bits with a palette',
    { width: 3, height: 1, bits: 4, tables: palette16, pixels: [0x01, 0x20, 0, 0] },
    [`${black} ${red} ${blue}`],
  ],
  [
    '1 bit with a palette',
    { width: 3, height: 1, bits: 1, tables: palette.slice(0, 8), pixels: [0b01000000, 0, 0, 0] },
    [`${black} ${red} ${black}`],
  ],
  [
    'RLE8: runs, plain bytes, ends of rows',
    {
      width: 4,
      height: 2,
      bits: 8,
      compression: 1,
      tables: palette256,
      pixels: [4, 1, 0, 0, 0, 3, 2, 1, 0, 0, 1, 2, 0, 1],
    },
    [`${blue} ${red} ${black} ${blue}`, `${red} ${red} ${red} ${red}`],
  ],
  [
    'RLE8: a jump leaves the first colour',
    { width: 2, height: 2, bits: 8, compression: 1, tables: palette256, pixels: [0, 2, 1, 1, 1, 2, 0, 1] },
    [`${black} ${blue}`, `${black} ${black}`],
  ],
  [
    'RLE4: two colours in turn',
    { width: 4, height: 1, bits: 4, compression: 2, tables: palette16, pixels: [4, 0x12, 0, 1] },
    [`${red} ${blue} ${red} ${blue}`],
  ],
  [
    'runs over the edges are cut',
    {
      width: 2,
      height: 1,
      bits: 8,
      compression: 1,
      tables: palette256,
      pixels: [9, 1, 0, 0, 5, 2, 0, 0, 5, 2, 0, 1],
    },
    [`${red} ${red}`],
  ],
])('%s', (_, file, rows) => {
  expect(decode(bitmap(file))).toEqual(rows);
});

test.each<[string, Bitmap]>([
  ['fewer rows than it says', { width: 4, height: 4, bits: 24, pixels: Array(12).fill(1) }],
  [
    'runs that end too soon',
    { width: 4, height: 4, bits: 8, compression: 1, tables: palette256, pixels: [4, 1] },
  ],
  ['a width of 0', { width: 0, height: 4, bits: 24, pixels: [] }],
  ['a height of 0', { width: 4, height: 0, bits: 24, pixels: [] }],
  ['7 bits', { width: 1, height: 1, bits: 7, pixels: [1, 1, 1, 1] }],
  ['a JPEG inside', { width: 1, height: 1, bits: 0, compression: 4, pixels: [1, 1, 1, 1] }],
  ['RLE8 of 24 bits', { width: 1, height: 1, bits: 24, compression: 1, pixels: [1, 1, 1, 1] }],
])('a file with %s is broken', (_, file) => {
  expect(() => decode(bitmap(file))).toThrow('broken');
});

test('OS/2 files have headers of 12 bytes and palettes of three', () => {
  const head = '424d 00000000 00000000 20000000 0c000000 0200 0100 0100 0100';
  const colours = '0000ff ff0000';
  const file = Buffer.from(`${head}${colours}40000000`.replaceAll(' ', ''), 'hex');
  expect(decode(file)).toEqual([`${red} ${blue}`]);
});

test('what is written is read again', () => {
  const data = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const file = writeBmp({ data, width: 3, height: 2, channels: 3 });
  expect(decode(file)).toEqual(['ff0000 00ff00 0000ff', '010203 040506 070809']);
});
