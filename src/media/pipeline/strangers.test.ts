import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { bmpOf, miffOf, mngOf } from '../../../test/harness/old-formats.ts';
import { animation, gradient, pictureFolder } from '../../../test/harness/pictures.ts';
import { recipeOf } from '../recipe.ts';
import { createPipeline } from './create-pipeline.ts';

const pictures = pictureFolder();
const pipeline = createPipeline({ processes: 1, limits: { pixels: 4_000_000 } });
afterAll(() => pipeline.close());

const exif = {
  IFD0: { DateTime: '2001:01:01 00:00:00' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '1/1 2/1 3/1' },
};
const recipe = recipeOf(
  { autoOrient: true, keepExif: true, keepAnimation: true, quality: 80, targetExtension: null },
  [
    { kind: 'resize', mode: 'max-fit', width: 20, height: 20, direction: 'down' },
    { kind: 'slice', strips: 'full-width', size: 10 },
  ],
);

const samples: [string, () => Promise<Buffer>][] = [
  ['jpeg', () => gradient(32, 24).withMetadata({ orientation: 6 }).withExifMerge(exif).jpeg().toBuffer()],
  ['png', () => gradient(32, 24).withExif(exif).png().toBuffer()],
  ['gif', () => animation(32, 24, ['red', 'lime'])],
  ['webp', () => animation(32, 24, ['red', 'lime'], 'webp')],
  ['tiff', () => gradient(32, 24).tiff({ compression: 'none' }).toBuffer()],
  ['bmp', async () => bmpOf(32, 24)],
  ['jng', async () => mngOf('jng', 32, 24)],
  ['mng', async () => mngOf('mng', 32, 24)],
  ['miff', async () => miffOf(32, 24)],
];

test.each(samples)(
  'a %s with changed bytes is drawn or refused, and takes no process along',
  async (_, make) => {
    const whole = await make();
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    // Most of what a decoder decides by stands at the beginning.
    const early = change.map(({ at, byte }) => ({ at: at % 64, byte }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, early), { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        const source = await pictures.write('changed', bytes);
        await settled(pipeline.examine(source));
        await settled(pipeline.make({ source, recipe, marks: {}, into: await pictures.fresh() }));
      }),
      { numRuns: 12 },
    );
  },
);

test('damage that shows while the result is written is a fault of the picture, not of the disk', async () => {
  const bytes = await gradient(32, 24).withExif(exif).png().toBuffer();
  bytes[23] = 1;
  const source = await pictures.write('lower', bytes);
  const made = pipeline.make({ source, recipe, marks: {}, into: await pictures.fresh() });
  await expect(made).rejects.toMatchObject({ code: 'invalid' });
});

/** Any outcome but the loss of the process. */
async function settled(outcome: Promise<unknown>): Promise<void> {
  await outcome.catch((error: { code: string; internal?: string }) => {
    expect(['invalid', 'precondition', 'too-large'], error.internal).toContain(error.code);
  });
}
