import { describe, expect, test } from 'vitest';
import { Refusal } from './errors.ts';
import { templateOption } from './job-options.ts';
import { recipeOfJobs } from './job-recipe.ts';
import { readJobs } from './jobs.ts';
import { templates } from './templates.ts';

const rules = { allowsPort: () => false };
const read = (data: unknown) => readJobs(data, rules);
const job = (templateOperationId: string, option: unknown = {}) => ({ templateOperationId, option });
const size = { width: 100, height: 80 };

function refused(data: unknown): string {
  try {
    read(data);
  } catch (error) {
    if (error instanceof Refusal) return `${error.resultCode} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('the jobs of an operation', () => {
  test.each([
    ['no list', {}, '40004 Failed to parsing the image operation.'],
    ['an entry that is no object', ['x'], '40004 Failed to parsing the image operation.'],
    ['no template', [{ option: {} }], "5004 'templateOperationId' must be not null"],
    ['an unknown template', [job('resize')], "5003 'resize' is not defined."],
    ['no option', [{ templateOperationId: 'gray' }], "5004 'option' must be not null"],
    ['an option that is no object', [job('gray', 'x')], "5000 'option' is invalid."],
    ['no width', [job('resize_fix', { height: 1 })], "5004 'width' must be not null"],
    [
      'a width of 0',
      [job('resize_fix', { width: 0, height: 1 })],
      "5002 'width' must be more than '1' or less than '9999'.",
    ],
    ['a width with a fraction', [job('resize_fix', { ...size, width: 1.5 })], "5000 'width' is invalid."],
    [
      'a quality above 100',
      [job('resize_fix', { ...size, quality: 101 })],
      "5002 'quality' must be more than '1' or less than '100'.",
    ],
    [
      'a quality that is no number',
      [job('resize_fix', { ...size, quality: 'best' })],
      "5000 'quality' is invalid.",
    ],
    [
      'an unknown direction',
      [job('resize_fix', { ...size, upDownSizeType: 'down' })],
      "5000 'upDownSizeType' is invalid.",
    ],
    [
      'an extension that cannot be written',
      [job('gray', { targetExtension: 'mng' })],
      "5005 it must be 'bmp,tif,tiff,gif,jpe,jpeg,jpg,jps,pjpeg,png,webp'",
    ],
    ['a gravity in between', [job('circle', { radius: 5, gravity: 'Middle' })], "5000 'gravity' is invalid."],
    ['no radius', [job('circle')], "5004 'radius' must be not null"],
    [
      'an offset beyond',
      [job('rectangle', { ...size, offsetX: -10_000 })],
      "5002 'offsetX' must be more than '-9999' or less than '9999'.",
    ],
    [
      'another way to slice',
      [job('slice', { sliceCropType: 'diagonal' })],
      "5000 'sliceCropType' is invalid.",
    ],
    ['a slice below 0', [job('slice', { sliceSize: -1 })], "5001 'sliceSize' must be more than '0'."],
    [
      'a callback at another port',
      [job('slice', { callbackUrl: 'http://a.example:8080/' })],
      '11051 It is 80,443 the upload port count of URL.',
    ],
    [
      'too many columns',
      [job('grid', { countX: 101, countY: 1 })],
      "5002 'countX' must be more than '1' or less than '100'.",
    ],
    ['no mark', [job('watermark')], "5004 'watermarkImagePath' must be not null"],
    [
      'a relative mark',
      [job('watermark', { watermarkImagePath: 'mark.png' })],
      '10001 parameter is invalid.',
    ],
    [
      'two resizes',
      [job('resize_fix', size), job('resize_max_fit', size)],
      "5006 the value of 'data[0].templateOperationId' and 'data[1].templateOperationId' must be differed.",
    ],
    [
      'a slice and a grid',
      [job('gray'), job('slice'), job('grid', { countX: 2, countY: 2 })],
      "5006 the value of 'data[1].templateOperationId' and 'data[2].templateOperationId' must be differed.",
    ],
  ])('with %s are refused', (_, data, refusal) => {
    expect(refused(data)).toBe(refusal);
  });

  test('are none where the list is absent or empty', () => {
    for (const data of [undefined, null, []]) expect(read(data)).toBeUndefined();
  });

  test('take numbers and booleans as text, and unknown fields', () => {
    const option = { width: '100', height: ' 80 ', quality: '80.5', keepExif: 'False', colour: 'red' };
    expect(read([job('resize_max_fit', option)])?.jobs[0]?.option).toEqual({
      resizeType: 'max_fit',
      width: 100,
      height: 80,
      quality: 80.5,
      shrinkLargerOnly: false,
      upDownSizeType: 'downOnly',
      keepAnimation: true,
      keepExif: false,
      autoOrient: false,
      targetExtension: '',
    });
  });

  test.each([
    [{}, 'downOnly'],
    [{ shrinkLargerOnly: true }, 'downOnly'],
    [{ shrinkLargerOnly: false }, 'upDownAll'],
    [{ shrinkLargerOnly: false, upDownSizeType: 'upOnly' }, 'upOnly'],
  ])('say the direction by the old name, too: %j is %s', (option, direction) => {
    const jobs = read([job('resize_fix', { ...size, ...option })]);
    expect(jobs?.jobs[0]?.option.upDownSizeType).toBe(direction);
  });

  test('may leave the side at 0 that a resize does not use', () => {
    expect(refused([job('resize_width_fit', { width: 10, height: 0 })])).toBe('accepted');
    expect(refused([job('resize_height_fit', { width: 0, height: 10 })])).toBe('accepted');
    expect(refused([job('resize_width_fit', { width: 0, height: 10 })])).toMatch(/^5002 'width'/);
  });

  test('name options for all: the resize decides, else who names one first', () => {
    const jobs = read([
      job('gray', { quality: 10, targetExtension: 'png', autoOrient: true }),
      job('circle', { radius: 5, targetExtension: 'gif', keepExif: false }),
      job('resize_fix', { ...size, quality: 20 }),
    ]);
    expect(jobs?.common).toEqual({
      quality: 20,
      targetExtension: 'png',
      keepExif: false,
      autoOrient: true,
    });
    expect(jobs?.jobs[0]?.option).toEqual({
      keepAnimation: true,
      quality: 10,
      targetExtension: 'png',
      autoOrient: true,
    });
  });
});

describe('the recipe of jobs', () => {
  test('holds every kind of step in the words of the library', () => {
    const jobs = read([
      job('watermark', {
        watermarkImagePath: '/marks/a.png',
        gravity: 'SouthEast',
        offsetX: 10,
        offsetY: 20,
      }),
      job('circle', { radius: 50 }),
      job('slice', { sliceCropType: 'horizontal', sliceSize: 150 }),
      job('rectangle', { ...size, gravity: 'NorthWest', keepAnimation: true }),
      job('gray'),
      job('resize_fixed', { ...size, upDownSizeType: 'upDownAll' }),
    ]);
    if (!jobs) throw new Error('no jobs');
    expect(recipeOfJobs(jobs)).toEqual({
      quality: 75,
      targetExtension: null,
      keepExif: true,
      autoOrient: false,
      keepAnimation: true,
      adjust: [
        { kind: 'rectangle', gravity: 'north-west', offsetX: 0, offsetY: 0, ...size },
        { kind: 'gray' },
        { kind: 'resize', mode: 'exact', direction: 'both', ...size },
      ],
      split: { kind: 'slice', strips: 'full-height', size: 150 },
      finish: [
        { kind: 'watermark', gravity: 'south-east', offsetX: 10, offsetY: 20, path: '/marks/a.png' },
        { kind: 'circle', gravity: 'center', offsetX: 0, offsetY: 0, radius: 50 },
      ],
    });
  });

  test('drops an animation when one job does: a rectangle by default', () => {
    const keeps = (data: unknown) =>
      recipeOfJobs(read(data) ?? { jobs: [], common: {} as never }).keepAnimation;
    expect(keeps([job('gray')])).toBe(true);
    expect(keeps([job('gray'), job('rectangle', size)])).toBe(false);
    expect(keeps([job('gray'), job('rectangle', { ...size, keepAnimation: true })])).toBe(true);
    expect(keeps([job('gray', { keepAnimation: false })])).toBe(false);
  });
});

test('there are eleven templates; what is required in them stands as 0 or nothing', () => {
  expect(templates.map(({ id }) => id)).toHaveLength(11);
  const options = Object.fromEntries(templates.map((template) => [template.id, templateOption(template)]));
  expect(options.resize_fix).toMatchObject({ resizeType: 'fix', width: 0, height: 0, quality: 75 });
  expect(options.circle).toEqual({ gravity: 'Center', offsetX: 0, offsetY: 0, radius: 0 });
  expect(options.grid).toEqual({ countX: 0, countY: 0, callbackUrl: '' });
  expect(options.watermark).toMatchObject({ watermarkImagePath: '' });
});
