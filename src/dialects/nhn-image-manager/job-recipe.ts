import {
  type Gravity,
  gravities,
  type Placement,
  type Recipe,
  type RecipeStep,
  type ResizeMode,
  type ResizeStep,
  recipeOf,
} from '../../media/index.ts';
import { gravityWords, type JobOption } from './job-options.ts';
import type { Job, Jobs } from './jobs.ts';
import { type JobKind, templateById } from './templates.ts';

const modes: Readonly<Record<string, ResizeMode>> = {
  max_fit: 'max-fit',
  min_fit: 'min-fit',
  fix: 'exact',
  width_fit: 'width-fit',
  height_fit: 'height-fit',
};

const directions: Readonly<Record<string, ResizeStep['direction']>> = {
  downOnly: 'down',
  upOnly: 'up',
  upDownAll: 'both',
};

const steps: Readonly<Record<JobKind, (option: JobOption) => RecipeStep>> = {
  resize: (option) => ({
    kind: 'resize',
    mode: modes[String(option.resizeType)] ?? 'max-fit',
    width: Number(option.width),
    height: Number(option.height),
    direction: directions[String(option.upDownSizeType)] ?? 'down',
  }),
  gray: () => ({ kind: 'gray' }),
  rectangle: (option) => ({
    kind: 'rectangle',
    ...placement(option),
    width: Number(option.width),
    height: Number(option.height),
  }),
  circle: (option) => ({ kind: 'circle', ...placement(option), radius: Number(option.radius) }),
  slice: (option) => ({
    kind: 'slice',
    strips: option.sliceCropType === 'horizontal' ? 'full-height' : 'full-width',
    size: Number(option.sliceSize),
  }),
  grid: (option) => ({ kind: 'grid', columns: Number(option.countX), rows: Number(option.countY) }),
  watermark: (option) => ({
    kind: 'watermark',
    ...placement(option),
    path: String(option.watermarkImagePath),
  }),
};

/** The jobs of an operation as a recipe of the media library. An animation stays where no job drops it (contract 5.6). */
export function recipeOfJobs({ jobs, common }: Jobs): Recipe {
  const keepAnimation = jobs.every(({ option }) => option.keepAnimation !== false);
  return recipeOf({ ...common, keepAnimation }, jobs.map(stepOf));
}

/** Where the end of every run of a split is told besides; the split's own callback (contract nhn-image-manager 5.10). */
export function ownCallbackUrl({ jobs }: Pick<Jobs, 'jobs'>): string | undefined {
  const urls = jobs.map(({ option }) => option.callbackUrl);
  return urls.find((url): url is string => typeof url === 'string' && url !== '');
}

/** Whether the operation makes many files of one, which no URL can ask for. */
export function hasSplit({ jobs }: Pick<Jobs, 'jobs'>): boolean {
  return jobs.some((job) => ['slice', 'grid'].includes(kindOf(job)));
}

function stepOf(job: Job): RecipeStep {
  return steps[kindOf(job)](job.option);
}

function kindOf({ templateOperationId }: Job): JobKind {
  const template = templateById(templateOperationId);
  if (!template) throw new Error(`a stored job has the unknown template ${templateOperationId}`);
  return template.kind;
}

function placement(option: JobOption): Placement {
  const words: readonly unknown[] = gravityWords;
  const gravity: Gravity = gravities[words.indexOf(option.gravity)] ?? 'center';
  return { gravity, offsetX: Number(option.offsetX), offsetY: Number(option.offsetY) };
}
