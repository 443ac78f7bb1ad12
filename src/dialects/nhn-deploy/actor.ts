import type { Principal } from '../../identity/index.ts';
import type { LedgerEntry } from '../../ledger/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';

/** Who changes something, and through which door, for the ledger. */
export interface Actor {
  readonly name: string;
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

/** Writes a change that was done into the ledger, in the unit that makes it. */
export async function record(
  context: Context,
  unit: Unit,
  actor: Actor,
  entry: Pick<LedgerEntry, 'action' | 'resource' | 'subject' | 'detail'>,
): Promise<void> {
  const { name: who, through: dialect } = actor;
  await context.parts.ledger.append(unit, { who, dialect, outcome: 'done', ...entry });
}
