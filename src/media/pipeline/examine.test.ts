import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { bmpOf, miffOf, mngOf } from '../../../test/harness/old-formats.ts';
import { animation, gradient, pictureFolder } from '../../../test/harness/pictures.ts';
import { createPipeline } from './create-pipeline.ts';

const pictures = pictureFolder();
const pipeline = createPipeline({ processes: 1 });
afterAll(() => pipeline.close());

const unknown = { frames: 1, orientation: 1, takenAt: null, coordinate: null };

async function examine(content: Uint8Array) {
  return pipeline.examine(await pictures.write('picture', content));
}

const makers: [string, () => Promise<Buffer>][] = [
  ['jpeg', () => gradient(200, 150).jpeg().toBuffer()],
  ['jpeg progressive', () => gradient(200, 150).jpeg({ progressive: true }).toBuffer()],
  ['png', () => gradient(200, 150).png().toBuffer()],
  ['png with palette', () => gradient(200, 150).png({ palette: true }).toBuffer()],
  ['gif', () => gradient(200, 150).gif().toBuffer()],
  ['webp', () => gradient(200, 150).webp().toBuffer()],
  ['webp lossless', () => gradient(200, 150).webp({ lossless: true }).toBuffer()],
  ['tiff', () => gradient(200, 150).tiff().toBuffer()],
  ['tiff plain', () => gradient(200, 150).tiff({ compression: 'none' }).toBuffer()],
  ['bmp', async () => bmpOf(200, 150)],
  ['jng', async () => mngOf('jng', 200, 150)],
  ['mng', async () => mngOf('mng', 200, 150)],
  ['miff', async () => miffOf(200, 150)],
];
/** Each made once, by whichever test comes first. */
const samples = makers.map(([name, make]): [string, () => Promise<Buffer>] => {
  let made: Promise<Buffer> | undefined;
  return [
    name,
    () => {
      made ??= make();
      return made;
    },
  ];
});

test.each(samples)('%s is known by its bytes, with its size', async (name, make) => {
  expect(await examine(await make())).toEqual({
    format: name.split(' ')[0],
    width: 200,
    height: 150,
    ...unknown,
  });
});

test.each(samples.filter(([name]) => name !== 'miff'))('half a %s is broken', async (_, make) => {
  const whole = await make();
  await expect(examine(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({ code: 'invalid' });
});

test.each(['gif', 'webp'] as const)(
  'an animation in %s is broken wherever it was cut off',
  async (format) => {
    const whole = await animation(120, 90, ['red', 'lime', 'blue', 'white'], format);
    expect(await examine(whole)).toMatchObject({ frames: 4 });
    for (const part of [0.3, 0.5, 0.7, 0.9, 1])
      await expect(examine(whole.subarray(0, whole.length * part - 1))).rejects.toMatchObject({
        code: 'invalid',
      });
  },
);

test.each(samples)(
  'any beginning of a %s is refused or read, and never ends the process',
  async (_, make) => {
    const whole = await make();
    for (const length of [3, 16, 26, 54, 100]) {
      await examine(whole.subarray(0, length)).catch((error: { code: string }) => {
        expect(['invalid', 'precondition', 'too-large']).toContain(error.code);
      });
    }
  },
);

test.each([
  ['text', 'path/to/imageFile/@sample.png'],
  ['nothing', ''],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'],
  ['XML with SVG', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'],
  ['HTML', '<!doctype html><script>alert(1)</script>'],
  ['HTML behind a bitmap mark', 'BM<!doctype html><script>alert(1)</script>'],
  ['HTML behind a GIF mark', 'GIF89a<!doctype html><script>alert(1)</script>'],
  ['SVG behind a RIFF mark', 'RIFF    WEBP<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['PDF', '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj'],
  ['PPM', 'P6 2 2 255 abcdefghijkl'],
])('%s is no picture', async (_, text) => {
  await expect(examine(Buffer.from(text))).rejects.toMatchObject({ code: 'invalid' });
});

test('AVIF, which sharp would read, is no supported format', async () => {
  await expect(examine(await gradient(32, 32).avif({ effort: 0 }).toBuffer())).rejects.toMatchObject({
    code: 'invalid',
  });
});

describe('EXIF', () => {
  const gps = {
    GPSLatitudeRef: 'N',
    GPSLatitude: '37/1 33/1 59/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '126/1 58/1 41/1',
  };

  test.each(['jpeg', 'png', 'webp'] as const)('date, place and orientation of a %s', async (format) => {
    const picture = gradient(400, 300)
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD2: { DateTimeOriginal: '2016:02:26 15:57:06' }, IFD3: gps });
    const facts = await examine(await picture.toFormat(format).toBuffer());
    expect(facts).toMatchObject({ width: 400, height: 300, orientation: 6, takenAt: '2016-02-26T15:57:06' });
    expect(facts.coordinate?.latitude).toBeCloseTo(37.5664, 4);
    expect(facts.coordinate?.longitude).toBeCloseTo(126.9781, 4);
  });

  test('south and west are negative; the time of digitizing and of the file stand in', async () => {
    const south = gradient(20, 20).withExif({
      IFD0: { DateTime: '2001:01:01 00:00:00' },
      IFD2: { DateTimeDigitized: '2002:02:02 00:00:00' },
      IFD3: { ...gps, GPSLatitudeRef: 'S', GPSLongitudeRef: 'W' },
    });
    const facts = await examine(await south.jpeg().toBuffer());
    expect(facts.takenAt).toBe('2002-02-02T00:00:00');
    expect(facts.coordinate?.latitude).toBeLessThan(0);
    expect(facts.coordinate?.longitude).toBeLessThan(0);
    const file = gradient(20, 20).withExif({ IFD0: { DateTime: '2001:01:01 00:00:00' } });
    expect((await examine(await file.jpeg().toBuffer())).takenAt).toBe('2001-01-01T00:00:00');
  });

  test.each(['0000:00:00 00:00:00', '2016:13:45 99:00:00', '    :  :     :  :  '])(
    '%j is no date',
    async (text) => {
      const picture = gradient(20, 20).withExif({ IFD2: { DateTimeOriginal: text } });
      expect((await examine(await picture.jpeg().toBuffer())).takenAt).toBeNull();
    },
  );
});

test('an animation tells its frames', async () => {
  expect(await examine(await animation(40, 30, ['red', 'lime', 'blue']))).toMatchObject({
    width: 40,
    height: 30,
    frames: 3,
  });
});

describe('bombs', () => {
  /** A PNG of one colour: some hundred bytes in the header say how much it is. */
  function pngBomb(width: number, height: number): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const chunk = (type: string, data: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(data.length);
      return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
    };
    const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    return Buffer.concat([
      signature,
      chunk('IHDR', header),
      chunk('IDAT', deflateSync('')),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }

  test('a PNG of 280 megapixels is refused by its header', async () => {
    await expect(examine(pngBomb(20_000, 14_000))).rejects.toMatchObject({ code: 'too-large' });
  });

  test('a TIFF and a BMP that claim more pixels than may be are refused by their headers', async () => {
    const tiff = await gradient(16, 16).tiff({ compression: 'none' }).toBuffer();
    for (const tag of [0x0100, 0x0101]) patchTiff(tiff, tag, 60_000);
    await expect(examine(tiff)).rejects.toMatchObject({ code: expect.stringMatching(/too-large|invalid/) });
    await expect(examine(bmpOf(60_000, 60_000, 16))).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a GIF with more frames than its pixels may be is a still', async () => {
    const strict = createPipeline({ processes: 1, limits: { pixels: 40 * 30 * 2 } });
    try {
      const file = await pictures.write('many.gif', await animation(40, 30, ['red', 'lime', 'blue']));
      const options = {
        autoOrient: false,
        keepExif: false,
        keepAnimation: true,
        quality: 80,
        targetExtension: null,
      };
      const recipe = { ...options, adjust: [], split: null, finish: [] };
      const [made] = await strict.make({ source: file, recipe, marks: {}, into: await pictures.fresh() });
      expect(made).toMatchObject({ frames: 1, width: 40, height: 30 });
    } finally {
      await strict.close();
    }
  });
});

function patchTiff(tiff: Buffer, tag: number, value: number): void {
  const directory = tiff.readUInt32LE(4);
  for (let i = 0; i < tiff.readUInt16LE(directory); i += 1) {
    const at = directory + 2 + i * 12;
    if (tiff.readUInt16LE(at) !== tag) continue;
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(value, at + 8);
  }
}
