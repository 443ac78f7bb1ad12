import type { Reader } from '../storage/index.ts';
import { renamed } from './geometry/index.ts';
import { pathIn } from './paths.ts';
import type { FolderRow, MediaTables } from './tables.ts';

/** Names are asked for in groups that grow, so that a name that was taken ten thousand times costs some twenty queries. */
const groups = [8, 64, 512];

/** The first free one of `name(1)`, `name(2)`, … in a folder; names of hidden entries are taken. */
export async function freeName(reader: Reader, folder: FolderRow, name: string): Promise<string> {
  for (let [next, round] = [1, 0]; ; round += 1) {
    const size = groups[Math.min(round, groups.length - 1)] as number;
    const names = Array.from({ length: size }, (_, index) => renamed(name, next + index));
    const taken = await takenNames(reader, folder, names);
    const free = names.find((candidate) => !taken.has(candidate));
    if (free !== undefined) return free;
    next += size;
  }
}

async function takenNames(
  reader: Reader,
  folder: FolderRow,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const tables = reader.tables<MediaTables>();
  const files = await tables
    .selectFrom('media_file')
    .select('name')
    .where('folder', '=', folder.number)
    .where('name', 'in', names)
    .execute();
  const folders = await tables
    .selectFrom('media_folder')
    .select('name')
    .where('library', '=', folder.library)
    .where(
      'path',
      'in',
      names.map((name) => pathIn(folder.path, name)),
    )
    .execute();
  return new Set([...files, ...folders].map((row) => row.name));
}
