import type { DeclarationReport } from '../../../management/index.ts';
import type { Unit } from '../../../storage/index.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';

/** One run of the declaration: what its nouns work with. */
export interface Reconciliation {
  readonly context: Context;
  readonly unit: Unit;
  readonly actor: Actor;
  readonly report: DeclarationReport;
}
