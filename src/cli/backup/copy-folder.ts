import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files and bytes that were copied so far. */
export interface CopyProgress {
  files: number;
  bytes: number;
}

/**
 * Copies a folder's files that the target does not have in the same size yet, so that a copy that was broken off is
 * taken up again. Each file appears under its name only when it is whole. A file that goes away meanwhile is left out.
 */
export async function copyFolder(
  from: string,
  to: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopyProgress> {
  const progress = { files: 0, bytes: 0 };
  const visit = async (source: string, target: string): Promise<void> => {
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const [child, copy] = [join(source, entry.name), join(target, entry.name)];
      if (entry.isDirectory()) await visit(child, copy);
      else if (entry.isFile()) {
        progress.bytes += await copyMissing(child, copy);
        progress.files++;
        onProgress(progress);
      }
    }
  };
  const found = await stat(from).catch(() => undefined);
  if (found?.isDirectory()) await visit(from, to);
  return progress;
}

async function copyMissing(from: string, to: string): Promise<number> {
  const [source, target] = await Promise.all([
    stat(from).catch(() => undefined),
    stat(to).catch(() => undefined),
  ]);
  if (!source || source.size === target?.size) return 0;
  const temporary = `${to}.part`;
  await copyFile(from, temporary, constants.COPYFILE_FICLONE);
  await rename(temporary, to);
  return source.size;
}
