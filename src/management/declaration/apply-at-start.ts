import { createHash } from 'node:crypto';
import type { Parts } from '../../http/index.ts';
import type { ManagementTables } from '../migrations.ts';
import { applyDeclaration } from './apply.ts';
import { DeclarationRefused } from './refused.ts';
import type { DeclarationSection } from './section.ts';

/** Stands where the sections have their key; none can have this one. */
const place = { section: '(at start)', path: '' };

/**
 * Applies the declaration that a server starts with. One with mistakes stops the start, by `DeclarationRefused`; but
 * one that was applied as it stands before has been overtaken by what people did since (they removed an object whose
 * id it names), and must not keep the server down: it is left alone, and the log says what stands against it.
 */
export async function applyAtStart(
  parts: Pick<Parts, 'storage' | 'ledger' | 'log'>,
  sections: readonly DeclarationSection[],
  document: string,
): Promise<void> {
  const key = `document:${createHash('sha256').update(document).digest('hex')}`;
  const wasApplied = await parts.storage.read((reader) =>
    reader
      .tables<ManagementTables>()
      .selectFrom('declared_object')
      .select('key')
      .where('section', '=', place.section)
      .where('key', '=', key)
      .executeTakeFirst(),
  );
  try {
    await applyDeclaration(parts, sections, { document, by: 'system' });
  } catch (error) {
    if (!(error instanceof DeclarationRefused) || !wasApplied) throw error;
    parts.log.warn(
      { mistakes: error.errors },
      'the declaration does not fit any more what was changed since it was applied; nothing of it was applied',
    );
    return;
  }
  if (wasApplied) return;
  await parts.storage.write((unit) =>
    unit
      .tables<ManagementTables>()
      .insertInto('declared_object')
      .values({ ...place, key, declared_at: unit.now })
      .onConflict((conflict) => conflict.columns(['section', 'key']).doNothing())
      .execute(),
  );
}
