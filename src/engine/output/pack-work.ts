import type { BlobStore, Storage } from '../../storage/index.ts';
import type { EngineTables } from '../tables.ts';
import type { OutputFiles } from './output-files.ts';
import { packFolder } from './pack.ts';

/** The kind of work that moves a rollout's output into a blob after its end. */
export const packOutputKind = 'engine.pack-output';

/** Which rollout has ended. */
export interface PackOutputInput {
  readonly rollout: number;
}

/** Moves the output of an ended rollout from its append files into one blob. Done again, it changes nothing. */
export async function packOutput(
  parts: { storage: Storage; blobs: BlobStore; files: OutputFiles },
  input: PackOutputInput,
): Promise<void> {
  const { storage, blobs, files } = parts;
  const row = await storage.read((reader) =>
    reader
      .tables<EngineTables>()
      .selectFrom('rollout')
      .select(['id', 'output_sha256'])
      .where('number', '=', input.rollout)
      .executeTakeFirst(),
  );
  if (!row) return;
  const bytes = row.output_sha256 === null ? await packFolder(files.folder(row.id)) : undefined;
  if (bytes) {
    const spooled = await blobs.spool(bytes, { limit: Number.MAX_SAFE_INTEGER });
    const blob = await spooled.keep();
    await storage.write(async (unit) => {
      await blobs.retain(unit, blob);
      await unit
        .tables<EngineTables>()
        .updateTable('rollout')
        .set({ output_sha256: blob.sha256 })
        .where('number', '=', input.rollout)
        .execute();
    });
  }
  await files.remove(row.id);
}
