import type { Principal } from '../../identity/index.ts';
import type { Actor as LedgerActor } from '../../ledger/index.ts';

/** Who changes something, and through which door, for the ledger. */
export interface Actor extends LedgerActor {
  readonly through: 'nhn-deploy' | 'core';
}

/** A caller of the original's API; uploads that carry no key are noted as `API` (contract nhn-deploy 3.8 L). */
export function wireActor(principal: Principal | undefined): Actor {
  return { name: principal?.name ?? 'API', through: 'nhn-deploy' };
}

/** A caller of the native API, or the one that applies a declaration. */
export function nativeActor(name: string): Actor {
  return { name, through: 'core' };
}
