import type { Actor as LedgerActor } from '../../ledger/index.ts';
import type { Call } from './operation.ts';

/** Who changes something, and through which door, for the ledger; `userId` stands in `created_by`. */
export interface Actor extends LedgerActor {
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
