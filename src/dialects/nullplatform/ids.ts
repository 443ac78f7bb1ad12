import { randomInt } from 'node:crypto';
import type { Unit } from '../../storage/index.ts';
import type { NullplatformTables } from './tables.ts';

/** The tables whose rows have drawn ids. */
type Numbered = {
  [Name in keyof NullplatformTables]: NullplatformTables[Name] extends { id: number } ? Name : never;
}[keyof NullplatformTables];

/** The largest id of the original: they are positive 31-bit integers (contract nullplatform 3.0). */
export const largestId = 2 ** 31 - 1;

/**
 * What every row of an organization begins with: an id (the given one of a declaration, or a drawn one), whose it is, and
 * its times.
 */
export async function newEntity(
  unit: Unit,
  table: Exclude<Numbered, 'np_message'>,
  organizationId: number,
  given?: number,
): Promise<{ id: number; organization_id: number; created_at: number; updated_at: number }> {
  return {
    id: given ?? (await drawId(unit, table)),
    organization_id: organizationId,
    created_at: unit.now,
    updated_at: unit.now,
  };
}

/** An id that no row of the table has. Not in sequence, as the original's, so that nobody counts on their order. */
export async function drawId(unit: Unit, table: Exclude<Numbered, 'np_message'>): Promise<number> {
  for (;;) {
    const id = randomInt(100_000_000, largestId + 1);
    const taken = await unit
      .tables<Pick<NullplatformTables, 'np_build'>>()
      .selectFrom(table as 'np_build')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!taken) return id;
  }
}
