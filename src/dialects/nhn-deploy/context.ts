import type { Parts } from '../../http/index.ts';

/** What every operation and native route of the dialect works with. */
export interface Context {
  readonly parts: Parts;
}
