import type { ImageFile, ImageService, Operation } from '../image-api.ts';

/** Side of a tile's picture in device pixels, as a dense screen shows it. */
const idealSide = 360;
/** Sides that still look well in a tile, and are still worth making one. */
const smallest = 120;
const largest = 800;
/** An original of no more bytes is its own thumbnail. */
const smallOriginal = 60_000;

/**
 * The operation that makes the best thumbnails: one that URLs may run, that only resizes, to a side that is near to
 * what a tile shows. Undefined when the service has none such; then originals are shown.
 */
export function thumbnailOperation(
  service: Pick<ImageService, 'realtimeService'>,
  operations: readonly Operation[],
): string | undefined {
  if (!service.realtimeService) return undefined;
  let best: { id: string; distance: number } | undefined;
  for (const { operationId, realtimeService, jobTemplate } of operations) {
    const side = realtimeService ? resizedSide(jobTemplate) : undefined;
    if (side === undefined) continue;
    const distance = Math.abs(Math.log(side / idealSide));
    if (best === undefined || distance < best.distance) best = { id: operationId, distance };
  }
  return best?.id;
}

function resizedSide(jobs: Operation['jobTemplate']): number | undefined {
  const [job] = jobs;
  if (jobs.length !== 1 || job === undefined) return undefined;
  const { width, height } = job.option;
  // The one that both sides follow; a stretched picture is no likeness.
  const side = {
    resize_max_fit: Math.max(Number(width), Number(height)),
    resize_min_fit: Math.min(Number(width), Number(height)),
    resize_width_fit: Number(width),
    resize_height_fit: Number(height),
  }[job.templateOperationId];
  return side !== undefined && side >= smallest && side <= largest ? side : undefined;
}

/**
 * The addresses to try for a tile, the best first: the thumbnail, then the original. Each carries when the picture
 * was changed, so that a cache never shows the former one.
 */
export function thumbnailSources(
  file: Pick<ImageFile, 'url' | 'bytes' | 'createdBy' | 'updatedAt'>,
  operation: string | undefined,
): readonly string[] {
  const version = `v=${encodeURIComponent(file.updatedAt)}`;
  const original = `${file.url}?${version}`;
  const isOwnThumbnail = file.createdBy === 'P' || file.bytes <= smallOriginal;
  if (operation === undefined || isOwnThumbnail) return [original];
  return [`${file.url}?${encodeURIComponent(operation)}&${version}`, original];
}
