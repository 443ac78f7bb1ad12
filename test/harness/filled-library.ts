import { sql } from 'kysely';
import { shiftMarks } from '../../src/media/mark-keeping.ts';
import type { FolderRow } from '../../src/media/tables.ts';
import type { Storage } from '../../src/storage/index.ts';

/**
 * Puts many files without bytes into an empty folder that is there: `f000000000.png` and on, every third one derived,
 * their dates against the order of their names. Counters and marks are as if they had come one by one.
 */
export async function fillFolder(
  storage: Storage,
  options: { library: string; folder: string; files: number },
): Promise<void> {
  const { library, folder, files } = options;
  const row = await storage.read(async (reader) => {
    const { rows } = await sql<FolderRow>`
      select * from media_folder where library = ${library} and path = ${folder}`.execute(reader.tables());
    return rows[0] as FolderRow;
  });
  const atOnce = 50_000;
  const isPostgres = storage.flavor.engine === 'postgres';
  const padded = isPostgres ? sql`lpad(i::text, 9, '0')` : sql`printf('%09d', i)`;
  for (let done = 0; done < files; done += atOnce) {
    const end = Math.min(done + atOnce, files);
    await storage.write(async (unit) => {
      await sql`
        with recursive n(i) as (select cast(${done} as bigint) union all select i + 1 from n where i + 1 < ${end})
        insert into media_file (id, library, folder, name, origin, version, sha256, md5, bytes, format, width, height,
          frames, source_id, source_version, recipe, created_at, updated_at)
        select 'file-' || cast(${row.number} as text) || '-' || i, ${library}, ${row.number}, 'f' || ${padded} || '.png',
          case when i % 3 = 0 then 'derived' else 'user' end, 1, '', '', 10, 'png', 1, 1, 1,
          case when i % 3 = 0 then 'file-' || i end, case when i % 3 = 0 then 1 end,
          case when i % 3 = 0 then 'small' end, ${unit.now}, ${unit.now} - i / 2 from n`.execute(
        unit.tables<unknown>(),
      );
    });
  }
  const derived = Math.ceil(files / 3);
  await storage.write(async (unit) => {
    await sql`
      update media_folder set user_files = user_files + ${files - derived}, derived_files = derived_files + ${derived},
        tree_files = tree_files + ${files}, tree_bytes = tree_bytes + ${files * 10}
      where number = ${row.number}`.execute(unit.tables<unknown>());
    if (row.path !== '/') {
      await sql`
        update media_folder set tree_files = tree_files + ${files}, tree_bytes = tree_bytes + ${files * 10}
        where library = ${library} and path = '/'`.execute(unit.tables<unknown>());
    }
    await shiftMarks(unit, row, [], 1, files);
  });
}
