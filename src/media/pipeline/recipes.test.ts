import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { gradient, look } from '../../../test/harness/pictures.ts';
import { pipelineRuns } from '../../../test/harness/pipeline-runs.ts';
import { placedBox, resizedSize, visiblePart } from '../geometry/index.ts';
import { type AdjustStep, gravities, resizeModes } from '../recipe.ts';

const { pictures, samples, make, makeOne } = pipelineRuns();

const side = fc.integer({ min: 20, max: 500 });
const offset = fc.integer({ min: -40, max: 40 });
const resize = fc.record({
  kind: fc.constant('resize' as const),
  mode: fc.constantFrom(...resizeModes),
  width: side,
  height: side,
  direction: fc.constantFrom('down' as const, 'up' as const, 'both' as const),
});
const rectangle = fc.record({
  kind: fc.constant('rectangle' as const),
  width: side,
  height: side,
  gravity: fc.constantFrom(...gravities),
  offsetX: offset,
  offsetY: offset,
});

/**
 * What geometry alone says: the size that comes out, and the place of the original that its middle shows. `slackX` and
 * `slackY` are how far from it, in pixels of the original, libvips may look: it enlarges half a pixel of the result off
 * centre along a side that keeps its length.
 */
function expected(steps: readonly AdjustStep[]) {
  let size = { width: 400, height: 300 };
  // A place x of the picture shows scaleX × x + left of the original.
  let [scaleX, scaleY, left, top] = [1, 1, 0, 0];
  let [slackX, slackY] = [0, 0];
  for (const step of steps) {
    if (step.kind === 'resize') {
      const next = resizedSize(size, step);
      scaleX *= size.width / next.width;
      scaleY *= size.height / next.height;
      if (next.width > size.width || next.height > size.height) {
        slackX += scaleX / 2;
        slackY += scaleY / 2;
      }
      size = next;
    } else if (step.kind === 'rectangle') {
      const part = visiblePart(placedBox(size, step, step), size);
      if (part === undefined) return undefined;
      left += part.left * scaleX;
      top += part.top * scaleY;
      size = { width: part.width, height: part.height };
    }
  }
  const [column, row] = [Math.floor(size.width / 2), Math.floor(size.height / 2)];
  const [x, y] = [left + scaleX * (column + 0.5), top + scaleY * (row + 0.5)];
  return { ...size, column, row, x, y, slackX, slackY };
}

test('any chain of resizes and rectangles has the size and shows the place that geometry says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(resize, rectangle), { minLength: 1, maxLength: 4 }), async (steps) => {
      const wanted = expected(steps);
      if (wanted === undefined || wanted.width < 8 || wanted.height < 8) return;
      const seen = await look((await makeOne(samples.png, steps)).file);
      expect([seen.width, seen.height]).toEqual([wanted.width, wanted.height]);
      const [red = 0, green = 0] = seen.at(wanted.column, wanted.row);
      // A quarter of a pixel of the result, whose colours lie far apart where it is small, and what encoding rounds.
      const [perX, perY] = [255 / 399, 255 / 299];
      expect(Math.abs(red - (wanted.x - 0.5) * perX)).toBeLessThan(
        4 + 64 / wanted.width + wanted.slackX * perX,
      );
      expect(Math.abs(green - (wanted.y - 0.5) * perY)).toBeLessThan(
        4 + 64 / wanted.height + wanted.slackY * perY,
      );
    }),
    { numRuns: 40 },
  );
});

test('pieces put together again are the picture', async () => {
  const whole = await look(samples.png);
  const made = await make(samples.png, [{ kind: 'grid', columns: 3, rows: 2 }]);
  const parts = await Promise.all(made.map(({ file }) => look(file)));
  for (let y = 0; y < 300; y += 7) {
    for (let x = 0; x < 400; x += 7) {
      const part = parts[Math.floor(y / 150) * 3 + Math.floor(x / 134)];
      expect(part?.at(x % 134, y % 150)).toEqual(whole.at(x, y));
    }
  }
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'orientation %i is turned as sharp turns it, with every step after it',
  async (orientation) => {
    const content = await gradient(40, 30).withMetadata({ orientation }).png().toBuffer();
    const source = await pictures.write(`orientation-${orientation}.png`, content);
    const upright = await look(await sharp(content).autoOrient().png().toBuffer());
    const steps = [
      { kind: 'rectangle', width: 20, height: 20, gravity: 'south-east', offsetX: 0, offsetY: 0 },
    ] as const;
    const seen = await look((await makeOne(source, steps, { autoOrient: true })).file);
    expect(seen.at(0, 0)).toEqual(upright.at(upright.width - 20, upright.height - 20));
    expect(seen.at(19, 5)).toEqual(upright.at(upright.width - 1, upright.height - 15));
  },
);

test('a picture is the same byte by byte whenever it is made', async () => {
  const step = { kind: 'resize', mode: 'max-fit', width: 100, height: 100, direction: 'down' } as const;
  const [one, two] = await Promise.all([makeOne(samples.jpeg, [step]), makeOne(samples.jpeg, [step])]);
  expect(await hash(one.file)).toBe(await hash(two.file));
});

test('a small copy looks like its original', async () => {
  const step = { kind: 'resize', mode: 'max-fit', width: 100, height: 100, direction: 'down' } as const;
  for (const targetExtension of ['jpg', 'png', 'gif', 'webp', 'tiff']) {
    const made = await makeOne(samples.png, [step], { targetExtension });
    expect(difference(await hash(made.file), await hash(samples.png)), targetExtension).toBeLessThan(5);
  }
});

/** The signs of the differences between neighbours on a grid of 9 × 8: what a picture looks like, coarsely. */
async function hash(file: string): Promise<string> {
  const cells = await sharp(file).grayscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer();
  let bits = '';
  for (let at = 0; at < 72; at += 1) {
    if (at % 9 < 8) bits += (cells[at] as number) < (cells[at + 1] as number) ? '1' : '0';
  }
  return bits;
}

/** In how many of 64 signs two pictures differ; different pictures differ in about half. */
function difference(one: string, two: string): number {
  return [...one].filter((bit, index) => bit !== two[index]).length;
}
