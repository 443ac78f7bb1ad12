import type { Job } from '../image-api.ts';
import { templateOf } from './templates.ts';

/** What a job does, short enough for a list: `Resize to width 400`, `Grid 3 × 2`. */
export function summaryOf({ templateOperationId, option }: Job): string {
  const { width, height, radius, sliceCropType, sliceSize, countX, countY, watermarkImagePath } = option;
  const box = `${width} × ${height}`;
  const texts: Readonly<Record<string, string>> = {
    resize_max_fit: `Resize, long side ${Math.max(Number(width), Number(height))}`,
    resize_min_fit: `Resize, short side ${Math.min(Number(width), Number(height))}`,
    resize_fix: `Resize to ${box}`,
    resize_width_fit: `Resize to width ${width}`,
    resize_height_fit: `Resize to height ${height}`,
    rectangle: `Crop to ${box}`,
    circle: `Circle, radius ${radius}`,
    gray: 'Gray',
    slice: `Strips of ${sliceSize}, ${sliceCropType === 'horizontal' ? 'left to right' : 'top to bottom'}`,
    grid: `Grid ${countX} × ${countY}`,
    watermark: `Watermark ${watermarkImagePath ?? ''}`,
  };
  return texts[templateOf(templateOperationId)?.id ?? ''] ?? templateOperationId;
}

/** Whether an operation with these jobs makes many pictures of one; URLs never run such. */
export function isSplit(jobs: readonly Job[]): boolean {
  return jobs.some(({ templateOperationId }) => templateOf(templateOperationId)?.kind === 'split');
}

/** How a size changed, in whole percent: `−97 %`, `+12 %`, nothing for less than one. */
export function changeOf(before: number, after: number): string {
  if (before === 0) return '';
  const percent = Math.round((after / before - 1) * 100);
  if (percent === 0) return '';
  return percent < 0 ? `−${-percent} %` : `+${percent} %`;
}
