import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { animation, gradient, look } from '../../../test/harness/pictures.ts';
import { isNear, pipelineRuns, verified } from '../../../test/harness/pipeline-runs.ts';
import type { RecipeOptions, RecipeStep } from '../recipe.ts';
import type { MadePicture } from './pipeline.ts';

const { pictures, samples, make, makeOne } = pipelineRuns();
const half: RecipeStep = { kind: 'resize', mode: 'exact', width: 200, height: 150, direction: 'down' };
const middle = { gravity: 'center', offsetX: 0, offsetY: 0 } as const;

describe('orientation and metadata', () => {
  test('without turning the pixels lie as they were and the tag stays', async () => {
    const made = await makeOne(samples.turned, [half]);
    expect(await verified(made)).toMatchObject({ orientation: 6, width: 200, height: 150 });
  });

  test('turned pixels are upright before the first step, and the tag is 1', async () => {
    const width: RecipeStep = { kind: 'resize', mode: 'width-fit', width: 200, height: 0, direction: 'down' };
    const made = await makeOne(samples.turned, [width], { autoOrient: true });
    const metadata = await verified(made);
    expect([metadata.width, metadata.height, metadata.orientation]).toEqual([200, 267, 1]);
    // Clockwise: what was at the bottom left is now at the top left.
    expect(isNear((await look(made.file)).at(1, 1), [0, 255])).toBe(true);
  });

  test('a cut of turned pixels is measured on the upright picture', async () => {
    const box: RecipeStep = {
      kind: 'rectangle',
      width: 100,
      height: 100,
      gravity: 'north-west',
      offsetX: 0,
      offsetY: 0,
    };
    const made = await makeOne(samples.turned, [box, { kind: 'gray' }], {
      autoOrient: true,
      keepExif: false,
    });
    const onColour = await makeOne(samples.turned, [box], { autoOrient: true });
    expect([made.width, made.height]).toEqual([100, 100]);
    expect(isNear((await look(onColour.file)).at(2, 2), [0, 253])).toBe(true);
    expect((await sharp(made.file).metadata()).exif).toBeUndefined();
  });

  test('EXIF survives recipes of several chains, in JPEG, PNG and WebP, with the right orientation', async () => {
    const steps: RecipeStep[] = [
      half,
      { kind: 'watermark', path: '/mark.png', ...middle },
      { kind: 'slice', strips: 'full-width', size: 100 },
    ];
    for (const targetExtension of ['jpg', 'png', 'webp']) {
      for (const autoOrient of [false, true]) {
        const [made] = await make(samples.turned, steps, { targetExtension, autoOrient });
        const metadata = await verified(made as MadePicture);
        expect(metadata.exif?.toString('latin1'), `${targetExtension} ${autoOrient}`).toContain('somebody');
        expect(metadata.orientation).toBe(autoOrient ? 1 : 6);
      }
    }
  });

  test('without keeping EXIF nothing of it is left', async () => {
    expect(
      (await sharp((await makeOne(samples.turned, [half], { keepExif: false })).file).metadata()).exif,
    ).toBeUndefined();
  });

  test('pixels with a colour profile come out as sRGB without one', async () => {
    const source = await pictures.write(
      'wide.jpg',
      await gradient(60, 40).withIccProfile('p3').jpeg({ quality: 100 }).toBuffer(),
    );
    const made = await makeOne(source, [half], { targetExtension: 'png' });
    expect((await sharp(made.file).metadata()).icc).toBeUndefined();
    expect(isNear((await look(made.file)).at(50, 10), [216, 65, 192])).toBe(true);
  });
});

describe('animation', () => {
  const small: RecipeStep = { kind: 'resize', mode: 'exact', width: 20, height: 15, direction: 'down' };

  test.each(['gif', 'webp'] as const)(
    'a resize to %s keeps frames, delays and loops',
    async (targetExtension) => {
      const metadata = await verified(await makeOne(samples.gif, [small], { targetExtension }));
      expect([metadata.pages, metadata.delay, metadata.loop]).toEqual([3, [100, 200, 300], 3]);
    },
  );

  test('an animated WebP keeps its frames, and its strips do too', async () => {
    const webp = await pictures.write('moving.webp', await animation(40, 30, ['red', 'lime'], 'webp'));
    const strips = await make(webp, [small, { kind: 'slice', strips: 'full-width', size: 10 }]);
    expect(strips.map(({ height, frames }) => [height, frames])).toEqual([
      [10, 2],
      [5, 2],
    ]);
    for (const strip of strips) expect((await verified(strip)).delay).toEqual([100, 200]);
  });

  test('a rectangle cuts every frame when it keeps the animation', async () => {
    const box: RecipeStep = { kind: 'rectangle', width: 10, height: 10, ...middle };
    const metadata = await verified(await makeOne(samples.gif, [small, { kind: 'gray' }, box]));
    expect([metadata.pages, metadata.delay, metadata.loop]).toEqual([3, [100, 200, 300], 3]);
  });

  test.each<[string, RecipeStep[], Partial<RecipeOptions>]>([
    ['a still', [small], { keepAnimation: false }],
    ['a circle', [{ kind: 'circle', radius: 7, ...middle }], {}],
    ['a watermark', [{ kind: 'watermark', path: '/mark.png', ...middle }], {}],
    ['a grid of one', [{ kind: 'grid', columns: 1, rows: 1 }], {}],
    ['a JPEG', [small], { targetExtension: 'jpg' }],
    ['a PNG', [], { targetExtension: 'png' }],
  ])('%s has the first frame only, of normal height', async (_, steps, options) => {
    const made = await makeOne(samples.gif, steps, options);
    expect((await verified(made)).pages ?? 1).toBe(1);
    expect(made.height).toBeLessThanOrEqual(30);
  });
});

describe('targets', () => {
  test.each(['jpg', 'pjpeg', 'png', 'gif', 'webp', 'tif', 'tiff'])(
    '%s is written as its format',
    async (targetExtension) => {
      await verified(await makeOne(samples.png, [half], { targetExtension }));
    },
  );

  test('a BMP is written with 24 bits and read again, alpha laid on white', async () => {
    const source = await pictures.write('holes.png', await gradient(41, 30).ensureAlpha(0).png().toBuffer());
    const bmp = await makeOne(source, [], { targetExtension: 'bmp' });
    expect(bmp).toMatchObject({ format: 'bmp', width: 41, height: 30, bytes: 54 + 124 * 30 });
    const again = await look((await makeOne(bmp.file, [], { targetExtension: 'png' })).file);
    expect(again.at(40, 29)).toEqual([255, 255, 255, 255]);
    const colour = await makeOne(samples.png, [], { targetExtension: 'bmp' });
    const seen = await look((await makeOne(colour.file, [], { targetExtension: 'png' })).file);
    expect(seen.at(399, 0)).toEqual([255, 0, 192, 255]);
    expect(seen.at(0, 299)).toEqual([0, 255, 192, 255]);
  });

  test('quality acts on JPEG and may have a fraction', async () => {
    const sizes = await Promise.all(
      [20, 80.5, 90].map(async (quality) => (await makeOne(samples.jpeg, [half], { quality })).bytes),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(3);
  });

  test('the transparent becomes white in a JPEG', async () => {
    const source = await pictures.write('clear.png', await gradient(40, 30).ensureAlpha(0).png().toBuffer());
    const seen = await look((await makeOne(source, [], { targetExtension: 'jpg' })).file);
    expect(isNear(seen.at(20, 15), [255, 255, 255])).toBe(true);
  });

  test('16 bits a channel and CMYK come out as 8 bits of sRGB', async () => {
    const deep = await pictures.write(
      'deep.png',
      await gradient(40, 30).toColourspace('rgb16').png().toBuffer(),
    );
    expect((await sharp((await makeOne(deep, [half])).file).metadata()).depth).toBe('uchar');
    const inks = await pictures.write(
      'inks.jpg',
      await gradient(40, 30).toColourspace('cmyk').jpeg().toBuffer(),
    );
    expect((await sharp((await makeOne(inks, [half])).file).metadata()).space).toBe('srgb');
  });
});
