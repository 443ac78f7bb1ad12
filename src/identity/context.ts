import type { Kysely } from 'kysely';
import type { Clock, Storage, Unit } from '../storage/index.ts';
import type { Role } from './identity.ts';
import type { Memory } from './memory.ts';
import type { IdentityTables } from './tables.ts';

/** What the parts of this folder share. */
export interface IdentityContext {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly memory: Memory;
  readonly roles: Map<string, Role>;
  /** scrypt's N for new hashes of passwords and of given secrets. */
  readonly hashCost: number;
}

/** The channel on which processes tell each other that something about principals changed. */
export const identityChannel = 'identity';

/** Makes every process forget what it remembers, once the unit is committed; this one before the write is answered. */
export function changed(context: IdentityContext, unit: Unit): void {
  unit.afterCommit(() => context.memory.forget());
  unit.notify(identityChannel, 'changed');
}

/** Runs a query on the committed state, or on what a unit sees. */
export function reading<T>(
  context: IdentityContext,
  within: Unit | undefined,
  query: (tables: Kysely<IdentityTables>) => Promise<T>,
): Promise<T> {
  if (within) return query(within.tables<IdentityTables>());
  return context.storage.read((reader) => query(reader.tables<IdentityTables>()));
}
