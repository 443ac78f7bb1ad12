import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { gradient, look } from '../../../test/harness/pictures.ts';
import { isNear, pipelineRuns, verified } from '../../../test/harness/pipeline-runs.ts';
import { type RecipeStep, recipeOf } from '../recipe.ts';
import type { MadePicture } from './pipeline.ts';

const { pictures, pipeline, samples, make, makeOne } = pipelineRuns();
const half: RecipeStep = { kind: 'resize', mode: 'exact', width: 200, height: 150, direction: 'down' };
const middle = { gravity: 'center', offsetX: 0, offsetY: 0 } as const;

describe('single steps', () => {
  test('a resize shrinks to the size of its geometry and keeps places where they were', async () => {
    const made = await makeOne(samples.png, [half]);
    await verified(made);
    const seen = await look(made.file);
    expect([seen.width, seen.height]).toEqual([200, 150]);
    expect(isNear(seen.at(0, 0), [0, 0, 64, 255])).toBe(true);
    expect(isNear(seen.at(199, 149), [255, 255, 192, 255])).toBe(true);
    expect(isNear(seen.at(100, 75), [128, 128])).toBe(true);
  });

  test('gray makes all channels one and keeps alpha', async () => {
    const source = await pictures.write(
      'see-through.png',
      await gradient(40, 30).ensureAlpha(0.5).png().toBuffer(),
    );
    const seen = await look((await makeOne(source, [{ kind: 'gray' }])).file);
    const [red, green, blue, alpha] = seen.at(30, 20);
    expect(red).toBe(green);
    expect(green).toBe(blue);
    expect(alpha).toBeGreaterThan(120);
    expect(alpha).toBeLessThan(135);
  });

  test('a rectangle keeps its visible part, and outside of the picture it fails for good', async () => {
    const box = { kind: 'rectangle', width: 100, height: 80, gravity: 'north-west' } as const;
    const made = await makeOne(samples.png, [{ ...box, offsetX: 350, offsetY: 250 }]);
    const seen = await look(made.file);
    expect([seen.width, seen.height]).toEqual([50, 50]);
    expect(isNear(seen.at(49, 49), [255, 255, 192, 255])).toBe(true);
    await expect(make(samples.png, [{ ...box, offsetX: 500, offsetY: 0 }])).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('a circle has transparent corners and an opaque middle; in a JPEG the corners are white', async () => {
    const disc = { kind: 'circle', radius: 50, ...middle } as const;
    const seen = await look((await makeOne(samples.png, [disc])).file);
    expect([seen.width, seen.height]).toEqual([100, 100]);
    for (const [x, y] of [
      [0, 0],
      [99, 0],
      [0, 99],
      [99, 99],
    ] as const) {
      expect(seen.at(x, y)[3]).toBe(0);
    }
    expect(isNear(seen.at(50, 50), [128, 128, 192, 255])).toBe(true);
    const onWhite = await look((await makeOne(samples.jpeg, [disc])).file);
    expect(isNear(onWhite.at(0, 0), [255, 255, 255, 255])).toBe(true);
    expect(isNear(onWhite.at(50, 60), [128, 136, 192, 255])).toBe(true);
  });

  test('a circle over the edge is transparent where there is no picture', async () => {
    const disc: RecipeStep = {
      kind: 'circle',
      radius: 100,
      gravity: 'north-west',
      offsetX: -100,
      offsetY: -100,
    };
    const seen = await look((await makeOne(samples.png, [disc])).file);
    expect([seen.width, seen.height]).toEqual([200, 200]);
    expect(seen.at(90, 90)[3]).toBe(0);
    expect(isNear(seen.at(110, 110), [7, 9, 64, 255])).toBe(true);
  });

  test('a slice makes strips from top to bottom or from left to right', async () => {
    const strips = await make(samples.png, [{ kind: 'slice', strips: 'full-width', size: 120 }]);
    expect(strips.map(({ piece, width, height }) => [piece, width, height])).toEqual([
      [0, 400, 120],
      [1, 400, 120],
      [2, 400, 60],
    ]);
    const tops = await Promise.all(strips.map(async ({ file }) => (await look(file)).at(0, 0)[1]));
    expect(tops).toEqual([0, 102, 205]);
    const upright = await make(samples.png, [{ kind: 'slice', strips: 'full-height', size: 150 }]);
    expect(upright.map(({ width }) => width)).toEqual([150, 150, 100]);
    for (const strip of [...strips, ...upright]) await verified(strip);
  });

  test('a grid makes pieces row by row', async () => {
    const cells = await make(samples.png, [{ kind: 'grid', columns: 2, rows: 2 }]);
    const corners = await Promise.all(cells.map(async ({ file }) => (await look(file)).at(0, 0).slice(0, 2)));
    expect(corners).toEqual([
      [0, 0],
      [128, 0],
      [0, 128],
      [128, 128],
    ]);
  });

  test('a watermark covers its box and nothing else', async () => {
    const step: RecipeStep = {
      kind: 'watermark',
      path: '/mark.png',
      gravity: 'south-east',
      offsetX: 10,
      offsetY: 20,
    };
    const seen = await look((await makeOne(samples.png, [step])).file);
    const black = [0, 0, 0, 255];
    for (const [x, y] of [
      [340, 240],
      [389, 240],
      [340, 279],
      [389, 279],
    ] as const) {
      expect(seen.at(x, y)).toEqual(black);
    }
    for (const [x, y] of [
      [339, 240],
      [390, 240],
      [340, 239],
      [340, 280],
    ] as const) {
      expect(seen.at(x, y)).not.toEqual(black);
    }
  });

  test('a watermark larger than the picture is cut to what is visible', async () => {
    const small = await pictures.write('small.png', await gradient(20, 10).png().toBuffer());
    const seen = await look(
      (await makeOne(small, [{ kind: 'watermark', path: '/mark.png', ...middle }])).file,
    );
    expect([seen.width, seen.height]).toEqual([20, 10]);
    expect(seen.at(0, 0)).toEqual([0, 0, 0, 255]);
    expect(seen.at(19, 9)).toEqual([0, 0, 0, 255]);
  });

  test.each([
    ['a gray mark on colours', 'colours', '#808080', 'gray'],
    ['a coloured mark on a gray picture', 'gray', '#ff8000', 'colours'],
    ['a coloured mark on a picture that was made gray', 'made gray', '#ff8000', 'colours'],
    ['a gray mark on a gray picture', 'gray', '#808080', 'gray'],
  ])('%s keeps the colours of both', async (name, base, colour, kind) => {
    const create = { width: 20, height: 20, channels: 3 as const, background: colour };
    const stored = (picture: Sharp, gray: boolean) =>
      (gray ? picture.toColourspace('b-w') : picture).png().toBuffer();
    const content = await stored(sharp({ create }), kind === 'gray');
    const mark = await pictures.write(`${name} mark.png`, content);
    const source = await pictures.write(`${name}.png`, await stored(gradient(60, 60), base === 'gray'));
    const step: RecipeStep = {
      kind: 'watermark',
      path: '/own.png',
      gravity: 'center',
      offsetX: 0,
      offsetY: 0,
    };
    const steps: RecipeStep[] = base === 'made gray' ? [{ kind: 'gray' }, step] : [step];
    const options = {
      autoOrient: false,
      keepExif: true,
      keepAnimation: true,
      quality: 90,
      targetExtension: null,
    };
    const request = { source, recipe: recipeOf(options, steps), marks: { '/own.png': mark } };
    const [made] = await pipeline.make({ ...request, into: await pictures.fresh() });
    const seen = await look((made as MadePicture).file);
    expect(seen.at(30, 30)).toEqual([...Buffer.from(colour.slice(1), 'hex'), 255]);
    const [red = 0, green = 0, blue = 0] = seen.at(55, 5);
    if (base === 'colours') expect(red).toBeGreaterThan(green + 100);
    else expect([green, blue]).toEqual([red, red]);
  });

  test('a cut of a gray picture with alpha keeps both', async () => {
    const picture = gradient(60, 60).toColourspace('b-w').ensureAlpha(0.5);
    const source = await pictures.write('gray-alpha.png', await picture.png().toBuffer());
    const made = await makeOne(source, [
      { kind: 'rectangle', width: 40, height: 40, ...middle },
      { kind: 'rectangle', width: 30, height: 30, ...middle },
      { kind: 'rectangle', width: 20, height: 20, ...middle },
      { kind: 'circle', radius: 10, ...middle },
    ]);
    const seen = await look(made.file);
    expect(seen.at(0, 0)[3]).toBe(0);
    const [red, green, , alpha] = seen.at(10, 10);
    expect(red).toBe(green);
    expect(alpha).toBeGreaterThan(120);
    expect(alpha).toBeLessThan(135);
  });

  test('a watermark that is not there fails for good', async () => {
    await expect(
      make(samples.png, [{ kind: 'watermark', path: '/nowhere.png', ...middle }]),
    ).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('order', () => {
  test('circle before resize in the list still resizes first', async () => {
    const made = await makeOne(samples.png, [{ kind: 'circle', radius: 50, ...middle }, half]);
    const seen = await look(made.file);
    expect([seen.width, seen.height]).toEqual([100, 100]);
    // The middle of the left edge of the circle is 50 of 200 pixels from the left.
    expect(isNear(seen.at(2, 50), [66, 128])).toBe(true);
  });

  test('adjusting steps run in the given order, also where sharp would need two chains', async () => {
    const box: RecipeStep = {
      kind: 'rectangle',
      width: 200,
      height: 150,
      gravity: 'south-east',
      offsetX: 0,
      offsetY: 0,
    };
    const cutFirst = await look(
      (await makeOne(samples.png, [box, { ...half, width: 100, height: 75 }])).file,
    );
    expect(isNear(cutFirst.at(0, 0), [129, 129, 192])).toBe(true);
    expect([cutFirst.width, cutFirst.height]).toEqual([100, 75]);
    const cutLast = await look((await makeOne(samples.png, [half, { ...box, width: 50, height: 50 }])).file);
    expect(isNear(cutLast.at(0, 0), [192, 171, 192])).toBe(true);
    const twice = await look(
      (
        await makeOne(samples.png, [
          box,
          { ...half, width: 100, height: 75 },
          { kind: 'gray' },
          { ...box, width: 10, height: 10 },
        ])
      ).file,
    );
    expect([twice.width, twice.height]).toEqual([10, 10]);
  });

  test('a split is followed by the finish of every piece', async () => {
    const made = await make(samples.png, [
      { kind: 'watermark', path: '/mark.png', gravity: 'north-west', offsetX: 0, offsetY: 0 },
      { kind: 'circle', radius: 60, ...middle },
      { kind: 'slice', strips: 'full-width', size: 150 },
    ]);
    expect(made.map(({ width, height }) => [width, height])).toEqual([
      [120, 120],
      [120, 120],
    ]);
    for (const { file } of made) expect((await look(file)).at(0, 0)[3]).toBe(0);
  });

  test('a mark after the circle stands on it', async () => {
    const seen = await look(
      (
        await makeOne(samples.png, [
          { kind: 'circle', radius: 60, ...middle },
          { kind: 'watermark', path: '/mark.png', gravity: 'north-west', offsetX: 0, offsetY: 0 },
        ])
      ).file,
    );
    expect(seen.at(0, 0)).toEqual([0, 0, 0, 255]);
    expect(seen.at(119, 0)[3]).toBe(0);
  });
});
