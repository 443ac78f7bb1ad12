import type { LedgerEntry } from '../../ledger/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import type { Call } from './operation.ts';

/** Who changes something, and through which door, for the ledger; `userId` stands in `created_by`. */
export interface Actor {
  readonly name: string;
  readonly userId: number;
  readonly through: 'nullplatform' | 'core';
}

/** A caller of the original's API. */
export function wireActor({ caller }: Pick<Call, 'caller'>): Actor {
  return { name: caller.principal.name, userId: caller.userId, through: 'nullplatform' };
}

/** A caller of the native API, the one that applies a declaration, or the platform itself. */
export function nativeActor(name: string, userId = 0): Actor {
  return { name, userId, through: 'core' };
}

/** Writes a change that was done into the ledger, in the unit that makes it. */
export async function record(
  context: Context,
  unit: Unit,
  { name: who, through: dialect }: Actor,
  entry: Pick<LedgerEntry, 'action' | 'resource' | 'subject' | 'detail'>,
): Promise<void> {
  await context.parts.ledger.append(unit, { who, dialect, outcome: 'done', ...entry });
}
