import { checkCallbackUrl } from './callback-url.ts';
import { type CommonOptions, commonDefaults } from './common-options.ts';
import { refusal } from './errors.ts';
import { booleanField, type Fields, field, integerField, textField } from './fields.ts';
import { booleanOr, integerOr, requiredInteger, wordOr } from './option-values.ts';
import { filePath } from './paths.ts';
import type { JobKind, Template } from './templates.ts';

/** The options of a job as an answer shows them, every one filled in. */
export type JobOption = Readonly<Record<string, string | number | boolean>>;

/** What reading options has to know of the installation. */
export interface OptionRules {
  /** Whether a callback may go to this place although its port is neither 80 nor 443. */
  allowsPort(url: URL): boolean;
}

const side = { least: 1, greatest: 9999 };
const unusedSide = { least: 0, greatest: 9999 };
const offset = { least: -9999, greatest: 9999 };
const gridCount = { least: 1, greatest: 100 };

/** The gravity words of the wire, in the order of the core's. */
export const gravityWords = [
  'NorthWest',
  'North',
  'NorthEast',
  'West',
  'Center',
  'East',
  'SouthWest',
  'South',
  'SouthEast',
] as const;

const resizeDirections = ['downOnly', 'upOnly', 'upDownAll'] as const;

type Reader = (option: Fields, template: Template, rules: OptionRules) => JobOption;

const readers: Readonly<Record<JobKind, Reader>> = {
  resize: (option, template) => ({
    resizeType: template.resizeType ?? '',
    width: requiredInteger(option, 'width', template.resizeType === 'height_fit' ? unusedSide : side),
    height: requiredInteger(option, 'height', template.resizeType === 'width_fit' ? unusedSide : side),
    shrinkLargerOnly: false,
    upDownSizeType: wordOr(option, 'upDownSizeType', resizeDirections, legacyDirection(option)),
    keepAnimation: booleanOr(option, 'keepAnimation', true),
  }),
  gray: (option) => ({ keepAnimation: booleanOr(option, 'keepAnimation', true) }),
  rectangle: (option) => ({
    ...placement(option),
    width: requiredInteger(option, 'width', side),
    height: requiredInteger(option, 'height', side),
    keepAnimation: booleanOr(option, 'keepAnimation', false),
  }),
  circle: (option) => ({ ...placement(option), radius: requiredInteger(option, 'radius', side) }),
  slice: (option, _template, rules) => ({
    sliceCropType: wordOr(option, 'sliceCropType', ['vertical', 'horizontal'], 'vertical'),
    sliceSize: sliceSize(option),
    keepAnimation: booleanOr(option, 'keepAnimation', true),
    ...callback(option, rules),
  }),
  grid: (option, _template, rules) => ({
    countX: requiredInteger(option, 'countX', gridCount),
    countY: requiredInteger(option, 'countY', gridCount),
    ...callback(option, rules),
  }),
  watermark: (option) => ({ ...placement(option), watermarkImagePath: markPath(option) }),
};

/**
 * Reads the option of a job and fills its defaults in; `common` are the options that it names for the whole operation.
 * Throws MISSING_VALUE, INVALID_VALUE, OUT_OF_RANGE, CALLBACK_PORT and the refusals of paths (contract
 * nhn-image-manager 3.9).
 */
export function readJobOption(
  option: Fields,
  template: Template,
  common: Partial<CommonOptions>,
  rules: OptionRules,
): JobOption {
  const own = readers[template.kind](option, template, rules);
  // A resize shows all of the common options, the other jobs those that they name.
  return { ...own, ...shown(template.kind === 'resize' ? { ...commonDefaults, ...common } : common) };
}

const blanks: Readonly<Record<JobKind, JobOption>> = {
  resize: { width: 0, height: 0 },
  gray: {},
  rectangle: { width: 0, height: 0 },
  circle: { radius: 0 },
  slice: {},
  grid: { countX: 0, countY: 0 },
  watermark: { watermarkImagePath: '' },
};

/** The options that the list of templates shows: the defaults, and 0 or nothing where a value is required. */
export function templateOption(template: Template): JobOption {
  const least = { width: 1, height: 1, radius: 1, countX: 1, countY: 1, watermarkImagePath: '/mark' };
  const filled = readJobOption(least, template, {}, { allowsPort: () => true });
  return { ...filled, ...blanks[template.kind] };
}

/** `shrinkLargerOnly` is what the direction was called before it had three values. */
function legacyDirection(option: Fields): (typeof resizeDirections)[number] {
  return booleanField(option, 'shrinkLargerOnly') === false ? 'upDownAll' : 'downOnly';
}

function placement(option: Fields) {
  return {
    gravity: wordOr(option, 'gravity', gravityWords, 'Center'),
    offsetX: integerOr(option, 'offsetX', offset, 0),
    offsetY: integerOr(option, 'offsetY', offset, 0),
  };
}

function sliceSize(option: Fields): number {
  const size = integerField(option, 'sliceSize') ?? 0;
  if (size < 0) throw refusal('TOO_LOW', 'sliceSize', 0);
  return size;
}

function callback(option: Fields, rules: OptionRules): JobOption {
  const callbackUrl = textField(option, 'callbackUrl') ?? '';
  if (callbackUrl !== '') checkCallbackUrl(callbackUrl, rules);
  return { callbackUrl };
}

function markPath(option: Fields): string {
  if (field(option, 'watermarkImagePath') === undefined) throw refusal('MISSING_VALUE', 'watermarkImagePath');
  return filePath(textField(option, 'watermarkImagePath'));
}

function shown({ targetExtension, ...rest }: Partial<CommonOptions>): JobOption {
  return { ...rest, ...(targetExtension !== undefined && { targetExtension: targetExtension ?? '' }) };
}
