import type { BlobStore, Unit } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import { CounterChanges } from './counters.ts';
import type { StoredFile } from './entries.ts';
import { fileOf, readFileIn } from './file-rows.ts';
import { readLineage } from './folder-rows.ts';
import { freeName } from './free-name.ts';
import { makeFolders } from './make-folders.ts';
import { normalPath, pathIn, splitPath } from './paths.ts';
import type { FileRow, FolderRow } from './tables.ts';
import type { Collision, NewFile } from './tree.ts';
import { TreeError } from './tree-error.ts';
import { userRole, writeFile } from './write-file.ts';

/** `Tree.putFile`. */
export async function putFile(
  unit: Unit,
  parts: { blobs: BlobStore; news: ChangeNews },
  file: NewFile,
): Promise<{ file: StoredFile; replaced: boolean }> {
  const path = normalPath(file.path);
  if (path === '/') throw new TreeError('folder-there', 'The root is a folder.');
  const place = splitPath(path);
  const counters = new CounterChanges(file.library);
  const { folder, made } = await makeFolders(unit, file.library, place.folder, counters);
  const target = made
    ? { name: place.name, replaced: undefined }
    : await targetIn(unit, folder, place.name, file.collision);
  const row = await writeFile(unit, parts.blobs, counters, {
    folder,
    ...target,
    content: file.content,
    role: userRole,
  });
  await counters.write(unit);
  parts.news.tell(unit, { library: file.library, path: pathIn(folder.path, row.name), subtree: false });
  return { file: fileOf(row, folder.path), replaced: target.replaced !== undefined };
}

/** Decides under which name a file is stored in an existing folder, and which row it replaces. */
async function targetIn(
  unit: Unit,
  folder: FolderRow,
  name: string,
  collision: Collision,
): Promise<{ name: string; replaced: FileRow | undefined }> {
  const path = pathIn(folder.path, name);
  if ((await readLineage(unit, folder.library, path)).at(-1)?.path === path)
    throw new TreeError('folder-there', `A folder has the path ${path}.`);
  const taken = await readFileIn(unit, folder.number, name);
  if (!taken) return { name, replaced: undefined };
  if (collision === 'rename') {
    const free = await freeName(unit, folder, name);
    // The number may make it too long.
    normalPath(pathIn(folder.path, free));
    return { name: free, replaced: undefined };
  }
  if (taken.removal !== null)
    throw new TreeError('being-removed', `The file ${path} is being removed; its name is still taken.`);
  if (collision === 'refuse') throw new TreeError('file-there', `A file has the path ${path}.`);
  return { name, replaced: taken };
}
