import type { LedgerEntry } from '../../ledger/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import type { Call } from './operation.ts';

/** Who changes something, and through which door, for the ledger. */
export interface Actor {
  readonly name: string;
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

/** Writes a change that was done into the ledger, in the unit that makes it. */
export async function record(
  context: Context,
  unit: Unit,
  { name: who, through: dialect }: Actor,
  entry: Pick<LedgerEntry, 'action' | 'resource' | 'subject' | 'detail'>,
): Promise<void> {
  await context.parts.ledger.append(unit, { who, dialect, outcome: 'done', ...entry });
}
