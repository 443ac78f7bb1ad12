import { describe, expect, test } from 'vitest';
import {
  draftOf,
  emptyDraft,
  inputOf,
  inRunOrder,
  isDoubtful,
  jobsOf,
  moved,
  namedOptions,
  newStep,
  ofTemplate,
} from './draft.ts';
import { changeOf, isSplit, summaryOf } from './summary.ts';
import { stepKinds, templateOf } from './templates.ts';

const steps = stepKinds.map(({ kind }) => newStep(kind));

describe('a draft', () => {
  test('sends options of the whole operation with its resize, wherever that stands', () => {
    const draft = {
      ...emptyDraft,
      steps: [newStep('gray'), newStep('resize')],
      quality: '80',
      target: 'webp',
    };
    expect(jobsOf(draft)).toEqual([
      { templateOperationId: 'gray', option: { keepAnimation: true } },
      {
        templateOperationId: 'resize_max_fit',
        option: {
          width: 400,
          height: 400,
          upDownSizeType: 'downOnly',
          keepAnimation: true,
          quality: 80,
          targetExtension: 'webp',
          keepExif: true,
          autoOrient: false,
        },
      },
    ]);
    const [gray] = jobsOf({ ...draft, steps: [newStep('gray'), newStep('circle')] });
    expect(gray?.option).toMatchObject({ quality: 80, targetExtension: 'webp' });
  });

  test('sends what was typed, so that the API can say what is wrong with it', () => {
    const step = { ...newStep('resize'), values: { width: ' 12 ', height: '', upDownSizeType: 'downOnly' } };
    const option = jobsOf({ ...emptyDraft, steps: [step], quality: 'good' })[0]?.option;
    expect(option).toMatchObject({ width: 12, quality: 'good' });
    expect(option).not.toHaveProperty('height');
  });

  test('gives the side that a template does not use, and keeps values when the template changes', () => {
    const wide = ofTemplate(
      { ...newStep('resize'), values: { width: '640', height: '480', upDownSizeType: 'upOnly' } },
      templateOf('resize_width_fit') ?? newStep('resize').template,
    );
    expect(jobsOf({ ...emptyDraft, steps: [wide] })[0]?.option).toMatchObject({
      width: 640,
      height: 0,
      upDownSizeType: 'upOnly',
    });
    expect(ofTemplate(wide, templateOf('resize_fix') ?? newStep('resize').template).values.height).toBe(
      '480',
    );
  });

  test('is what it was after it was saved and read again', () => {
    const draft = { ...emptyDraft, id: 'all', description: 'x', steps, quality: '80.5', target: 'png' };
    const input = inputOf(draft, false);
    const saved = { ...input, operationId: 'all', updatedAt: '', jobTemplate: input.data };
    expect(draftOf(saved)).toEqual(draft);
    const still = draftOf({
      ...saved,
      jobTemplate: jobsOf({ ...draft, keepAnimation: false, keepExif: false }),
    });
    expect(still).toMatchObject({ keepAnimation: false, keepExif: false });
  });
});

test('an operation whose resize answers with defaults is read with what another job names', () => {
  const resize = { width: 1, height: 1, quality: 75, targetExtension: '', keepExif: true, autoOrient: false };
  const jobTemplate = [
    { templateOperationId: 'resize_max_fit', option: resize },
    { templateOperationId: 'gray', option: { targetExtension: 'webp', quality: 20 } },
  ];
  const read = draftOf({
    operationId: 'x',
    description: '',
    realtimeService: true,
    updatedAt: '',
    jobTemplate,
  });
  expect(read).toMatchObject({ target: 'webp', quality: '20', keepExif: true, autoOrient: false });
});

test('steps stand in the order in which they run, and move only within their phase', () => {
  const kinds = (list: typeof steps) => list.map(({ template }) => template.kind);
  const ordered = inRunOrder([newStep('circle'), newStep('gray'), newStep('split'), newStep('resize')]);
  expect(kinds([...ordered])).toEqual(['gray', 'resize', 'split', 'circle']);
  expect(kinds([...moved(ordered, 0, 1)])).toEqual(['resize', 'gray', 'split', 'circle']);
  expect(moved(ordered, 1, 1)).toBe(ordered);
  expect(moved(ordered, 3, 1)).toBe(ordered);
});

test.each([
  ['width', '0', true],
  ['width', '9999', false],
  ['width', '10000', true],
  ['width', '1.5', true],
  ['width', '', true],
  ['upDownSizeType', 'downOnly', false],
])('%s = "%s" is doubtful: %s', (name, value, doubtful) => {
  const field = newStep('resize').template.fields.find((one) => one.name === name);
  expect(field && isDoubtful(field, value)).toBe(doubtful);
});

test('errors of the API name their options', () => {
  expect(namedOptions("'quality' must be more than '1' or less than '100'.")).toEqual(['quality']);
  expect(namedOptions('parameter is invalid.')).toEqual([]);
});

test('lists say what a step does', () => {
  expect(jobsOf({ ...emptyDraft, steps }).map(summaryOf)).toEqual([
    'Resize, long side 400',
    'Crop to 400 × 300',
    'Gray',
    'Strips of 500, top to bottom',
    'Circle, radius 100',
    'Watermark ',
  ]);
  expect(summaryOf({ templateOperationId: 'toString', option: {} })).toBe('toString');
  expect(isSplit(jobsOf({ ...emptyDraft, steps }))).toBe(true);
  expect(isSplit(jobsOf({ ...emptyDraft, steps: [newStep('gray')] }))).toBe(false);
});

test('a change of size is told in whole percent', () => {
  expect([changeOf(1000, 30), changeOf(100, 112), changeOf(1000, 1001), changeOf(0, 5)]).toEqual([
    '−97 %',
    '+12 %',
    '',
    '',
  ]);
});
