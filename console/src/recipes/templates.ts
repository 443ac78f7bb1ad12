/** An option of a template, as a person fills it in. */
export interface OptionField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'number' | 'choice' | 'gravity' | 'text';
  /** Bounds of a number, both allowed (contract nhn-image-manager 3.9). */
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  readonly hint?: string;
  /** What a choice offers: value → words. */
  readonly choices?: Readonly<Record<string, string>>;
  /** May be left empty. */
  readonly optional?: boolean;
  /** What a new step begins with. */
  readonly initial: string;
}

/** One of the built-in templates that steps are made from. */
export interface Template {
  readonly id: string;
  /** Templates of one kind exclude each other: an operation has at most one step of a kind. */
  readonly kind: StepKind;
  /** What the step does, in words that go on from the kind's title. */
  readonly words: string;
  readonly fields: readonly OptionField[];
  /** Options that the template wants but does not use. */
  readonly unused?: Readonly<Record<string, unknown>>;
  /** Whether it has the option `keepAnimation`. */
  readonly keepsAnimation: boolean;
}

/** What people add to an operation. */
export type StepKind = 'resize' | 'rectangle' | 'circle' | 'gray' | 'watermark' | 'split';

/** A kind of step. Steps run by phase, whatever order they were given in (contract nhn-image-manager 5.1). */
export interface StepKindRow {
  readonly kind: StepKind;
  readonly title: string;
  readonly phase: 0 | 1 | 2;
}

/** The kinds in the order in which they are offered, which is that of their phases. */
export const stepKinds: readonly StepKindRow[] = [
  { kind: 'resize', title: 'Resize', phase: 0 },
  { kind: 'rectangle', title: 'Crop', phase: 0 },
  { kind: 'gray', title: 'Gray', phase: 0 },
  { kind: 'split', title: 'Split', phase: 1 },
  { kind: 'circle', title: 'Circle', phase: 2 },
  { kind: 'watermark', title: 'Watermark', phase: 2 },
];

const pixels = (
  name: string,
  label: string,
  initial: string,
  bounds = { min: 1, max: 9999 },
): OptionField => ({
  name,
  label,
  kind: 'number',
  unit: 'px',
  initial,
  ...bounds,
});
const width = pixels('width', 'Width', '400');
const height = pixels('height', 'Height', '400');
const direction: OptionField = {
  name: 'upDownSizeType',
  label: 'Smaller or larger',
  kind: 'choice',
  initial: 'downOnly',
  choices: { downOnly: 'Only make smaller', upOnly: 'Only make larger', upDownAll: 'Make smaller or larger' },
};
const resize = { kind: 'resize', keepsAnimation: true } as const;

const placed = (gravity: string, offset: string): readonly OptionField[] => [
  { name: 'gravity', label: 'Place', kind: 'gravity', initial: gravity },
  pixels('offsetX', 'Offset across', offset, { min: -9999, max: 9999 }),
  pixels('offsetY', 'Offset down', offset, { min: -9999, max: 9999 }),
];
const callback: OptionField = {
  name: 'callbackUrl',
  label: 'Tell this URL when it is done',
  kind: 'text',
  optional: true,
  initial: '',
  hint: 'On port 80 or 443; may stay empty.',
};
const count = (name: string, label: string): OptionField => ({
  name,
  label,
  kind: 'number',
  min: 1,
  max: 100,
  initial: '2',
});

/** The eleven templates of the original, with what their options mean (contract nhn-image-manager 3.9). */
export const templates: readonly Template[] = [
  { id: 'resize_max_fit', ...resize, words: 'long side to long side', fields: [width, height, direction] },
  { id: 'resize_min_fit', ...resize, words: 'short side to short side', fields: [width, height, direction] },
  { id: 'resize_fix', ...resize, words: 'to exactly this size', fields: [width, height, direction] },
  {
    id: 'resize_width_fit',
    ...resize,
    words: 'to this width',
    fields: [width, direction],
    unused: { height: 0 },
  },
  {
    id: 'resize_height_fit',
    ...resize,
    words: 'to this height',
    fields: [height, direction],
    unused: { width: 0 },
  },
  {
    id: 'rectangle',
    kind: 'rectangle',
    words: 'a rectangle',
    keepsAnimation: true,
    fields: [width, { ...height, initial: '300' }, ...placed('Center', '0')],
  },
  {
    id: 'circle',
    kind: 'circle',
    words: 'cut out a circle',
    keepsAnimation: false,
    fields: [pixels('radius', 'Radius', '100'), ...placed('Center', '0')],
  },
  { id: 'gray', kind: 'gray', words: 'drop the colours', keepsAnimation: true, fields: [] },
  {
    id: 'watermark',
    kind: 'watermark',
    words: 'lay a picture over it',
    keepsAnimation: false,
    fields: [
      {
        name: 'watermarkImagePath',
        label: 'Picture',
        kind: 'text',
        initial: '',
        hint: 'Its path in this service, like /marks/logo.png',
      },
      ...placed('SouthEast', '10'),
    ],
  },
  {
    id: 'slice',
    kind: 'split',
    words: 'into strips',
    keepsAnimation: true,
    fields: [
      {
        name: 'sliceCropType',
        label: 'Strips',
        kind: 'choice',
        initial: 'vertical',
        choices: { vertical: 'From top to bottom', horizontal: 'From left to right' },
      },
      {
        ...pixels('sliceSize', 'Size of a strip', '500', { min: 0, max: 9999 }),
        hint: '0 keeps it in one piece.',
      },
      callback,
    ],
  },
  {
    id: 'grid',
    kind: 'split',
    words: 'into a grid',
    keepsAnimation: false,
    fields: [count('countX', 'Columns'), count('countY', 'Rows'), callback],
  },
];

/** The template with this id, the old name of `resize_fix` included; undefined for an unknown one. */
export function templateOf(id: string): Template | undefined {
  const known = id === 'resize_fixed' ? 'resize_fix' : id;
  return templates.find((template) => template.id === known);
}

/** The templates that a step of this kind chooses from. */
export function templatesOf(kind: StepKind): readonly Template[] {
  return templates.filter((template) => template.kind === kind);
}

/** The row of a kind. */
export function kindRow(kind: StepKind): StepKindRow {
  const row = stepKinds.find((one) => one.kind === kind);
  if (row === undefined) throw new Error(`no kind ${kind}`);
  return row;
}
