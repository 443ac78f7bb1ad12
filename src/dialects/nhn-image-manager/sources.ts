import type { StoredFile } from '../../media/index.ts';
import type { Reader } from '../../storage/index.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import { folderPath, pathBelow } from './paths.ts';

/** The most files that one call may mean. */
const mostFiles = 10_000;

/** The originals that were named, by themselves or by a folder, and how many entries name none. */
export interface Sources {
  readonly files: readonly StoredFile[];
  readonly invalid: number;
}

/**
 * Finds what `filepaths` mean below `basepath`: files, or folders for all the originals in them. What recipes made is
 * never a source. Throws NO_SUCH_PATH for a base that is none, TOO_MANY_REQUESTED, and the refusals of paths (contract
 * nhn-image-manager 3.13).
 */
export async function findSources(
  { parts: { media } }: Context,
  reader: Reader,
  library: string,
  basepath: string,
  filepaths: readonly string[],
): Promise<Sources> {
  const paths = filepaths.map((path) => sourcePath(basepath, path));
  if (!(await media.tree.folderByPath(reader, library, basepath))) throw refusal('NO_SUCH_PATH');
  const files: StoredFile[] = [];
  let invalid = 0;
  for (const path of paths) {
    const found = isBelow(basepath, path) ? await originalsAt(path) : undefined;
    if (found) for (const file of found) files.push(file);
    else invalid += 1;
    if (files.length > mostFiles) throw refusal('TOO_MANY_REQUESTED');
  }
  return { files, invalid };

  async function originalsAt(path: string): Promise<readonly StoredFile[] | undefined> {
    const file = await media.tree.fileByPath(reader, library, path);
    if (file) return file.origin === 'user' ? [file] : undefined;
    if (!(await media.tree.folderByPath(reader, library, path))) return undefined;
    return await media.tree.filesBelow(reader, {
      library,
      path,
      origin: 'user',
      limit: mostFiles + 1 - files.length,
    });
  }
}

function sourcePath(basepath: string, path: string): string {
  return path === '' || path.startsWith('/')
    ? folderPath(path)
    : pathBelow(basepath, path.endsWith('/') ? path.slice(0, -1) : path);
}

function isBelow(folder: string, path: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
