/** What a job does; a recipe has each at most once, and of slice and grid only one (contract nhn-image-manager 3.9). */
export type JobKind = 'resize' | 'gray' | 'rectangle' | 'circle' | 'slice' | 'grid' | 'watermark';

/** A built-in template, on which the jobs of operations are based. */
export interface Template {
  /** Its `templateOperationId`. */
  readonly id: string;
  readonly kind: JobKind;
  readonly jobType: string;
  /** How a resize finds its factor; null for the other kinds. */
  readonly resizeType: string | null;
}

function resize(resizeType: string): Template {
  return { id: `resize_${resizeType}`, kind: 'resize', jobType: 'ResizeJob', resizeType };
}

function other(kind: JobKind, jobType: string): Template {
  return { id: kind, kind, jobType, resizeType: null };
}

/** The eleven templates in the order of the contract (nhn-image-manager 3.9). */
export const templates: readonly Template[] = [
  resize('max_fit'),
  resize('min_fit'),
  resize('fix'),
  resize('width_fit'),
  resize('height_fit'),
  other('gray', 'GrayJob'),
  other('rectangle', 'RectangleCropJob'),
  other('circle', 'CircleCropJob'),
  other('slice', 'SliceCropJob'),
  other('grid', 'GridCropJob'),
  other('watermark', 'WatermarkJob'),
];

const byId = new Map(templates.map((template) => [template.id, template]));

/** The template with this id; `resize_fixed` is what `resize_fix` was called until 2023. */
export function templateById(id: string): Template | undefined {
  return byId.get(id === 'resize_fixed' ? 'resize_fix' : id);
}
