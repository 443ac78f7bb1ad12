import { folderListing, type ImageFile } from '../image-api.ts';

/** How deep the first sample is looked for, and how many pictures of its folder are offered. */
const deepest = 6;
const offered = 50;

/**
 * Uploaded pictures to try an operation on: those of `folder`, or, where it has none, of the first folder below it
 * that has some. Empty for a service without pictures.
 */
export async function samplesIn(
  service: string,
  folder: string,
  signal: AbortSignal,
): Promise<readonly ImageFile[]> {
  let path = folder;
  for (let depth = 0; depth < deepest; depth += 1) {
    const query = { basepath: path, createdBy: 'U', sort: 'name:asc', page: 1, rows: offered };
    const { folders, files } = await folderListing(service, query, signal);
    if (files.length > 0) return files;
    const [next] = folders;
    if (next === undefined) return [];
    path = next.path;
  }
  return [];
}
