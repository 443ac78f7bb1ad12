import type { Actor as LedgerActor } from '../../ledger/index.ts';
import type { Call } from './operation.ts';

/** Who changes something, and through which door, for the ledger. */
export interface Actor extends LedgerActor {
  readonly through: 'nhn-image-manager' | 'core';
}

/** A caller of the original's API; the secret key is nobody's in particular, so the service itself is named. */
export function wireActor({ principal, service }: Pick<Call, 'principal' | 'service'>): Actor {
  return { name: principal?.name ?? `${service.name} (secret key)`, through: 'nhn-image-manager' };
}

/** A caller of the native API, or the one that applies a declaration. */
export function nativeActor(name: string): Actor {
  return { name, through: 'core' };
}
