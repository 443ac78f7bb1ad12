import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  createBlobStore,
  directoryObjects,
  ManualClock,
  openStorage,
  type Reader,
  type Storage,
  systemClock,
} from '../../src/storage/index.ts';
import { silent } from '../harness/storage.ts';

/** The rows that are looked at. */
interface Tables {
  media_file: { sha256: string; bytes: number; removal: string | null };
  media_folder: {
    path: string;
    removal: string | null;
    tree_files: number;
    tree_folders: number;
    tree_bytes: number;
  };
  media_task: { ended_at: number | null };
  work: { kind: string; state: string };
  blob: { sha256: string; reference_count: number };
}

const hours = 3_600_000;

/** Looks at a server's database beside it. */
export function openBeside(databaseUrl: string): Promise<Storage> {
  return openStorage({ url: databaseUrl, clock: systemClock, log: silent });
}

/** How many rows still say that something of the library is to be done: tasks, work, entries on their way out. */
export async function leftToDo(storage: Storage): Promise<number> {
  return await storage.read(async (reader) => {
    const tables = reader.tables<Tables>();
    const found = [
      await tables.selectFrom('media_task').select('ended_at').where('ended_at', 'is', null).execute(),
      await tables.selectFrom('media_file').select('removal').where('removal', 'is not', null).execute(),
      await tables.selectFrom('media_folder').select('removal').where('removal', 'is not', null).execute(),
      await tables
        .selectFrom('work')
        .select('state')
        .where('kind', 'in', ['media.derive', 'media.remove'])
        .where('state', '!=', 'dead')
        .execute(),
    ];
    return found.reduce((sum, rows) => sum + rows.length, 0);
  });
}

/**
 * Sweeps what the stopped server left, two hours later, and answers what is wrong then: a blob that a row refers to and
 * that is not there whole, one that nobody refers to, a wrong count, a file that is left over, totals that a recount
 * does not find.
 */
export async function faultsAfterSweep(storage: Storage, data: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const folder of ['spool', 'pictures'])
    for (const name of await readdir(join(data, folder))) wrong.push(`${folder}/${name} is left over`);
  const blobs = await createBlobStore({
    storage,
    objects: directoryObjects(join(data, 'blobs')),
    spoolFolder: join(data, 'spool-of-the-sweep'),
    clock: new ManualClock(Date.now() + 2 * hours),
    log: silent,
  });
  await blobs.sweep();
  const { referred, counted, totals } = await storage.read(readLibrary);
  for (const [sha256, count] of referred) {
    if (counted.get(sha256) !== count)
      wrong.push(`blob ${sha256} has ${count} files and counts ${counted.get(sha256)}`);
  }
  for (const sha256 of counted.keys()) if (!referred.has(sha256)) wrong.push(`blob ${sha256} has no file`);
  const stored = await filesBelow(join(data, 'blobs'));
  for (const sha256 of referred.keys()) if (!stored.has(sha256)) wrong.push(`blob ${sha256} is lost`);
  for (const [name, file] of stored) {
    if (!referred.has(name)) wrong.push(`${file} belongs to nothing`);
    else if ((await sha256OfFile(file)) !== name) wrong.push(`${file} has other bytes`);
  }
  return [...wrong, ...totals];
}

async function readLibrary(reader: Reader) {
  const tables = reader.tables<Tables>();
  const files = await tables.selectFrom('media_file').select(['sha256', 'bytes']).execute();
  const blobs = await tables.selectFrom('blob').select(['sha256', 'reference_count']).execute();
  const folders = await tables.selectFrom('media_folder').selectAll().execute();
  const referred = new Map<string, number>();
  for (const { sha256 } of files) referred.set(sha256, (referred.get(sha256) ?? 0) + 1);
  const root = folders.find(({ path }) => path === '/');
  const said = [root?.tree_files, root?.tree_folders, root?.tree_bytes].map(Number);
  const found = [files.length, folders.length - 1, files.reduce((sum, { bytes }) => sum + Number(bytes), 0)];
  return {
    referred,
    counted: new Map(blobs.map((blob) => [blob.sha256, Number(blob.reference_count)])),
    totals:
      String(said) === String(found)
        ? []
        : [`the root counts ${said} files, folders, bytes: it has ${found}`],
  };
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) found.set(entry.name, join(entry.parentPath, entry.name));
  return found;
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
