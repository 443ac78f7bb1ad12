import type { DeclarationReport } from '../../../management/index.ts';
import type { Writing } from '../writing.ts';

/** One run of the declaration: what its nouns work with. */
export interface Reconciliation extends Writing {
  readonly report: DeclarationReport;
}
