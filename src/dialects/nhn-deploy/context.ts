import type { Parts } from '../../http/index.ts';
import type { Signer } from './signed-links.ts';

/** What every operation and native route of the dialect works with. */
export interface Context {
  readonly parts: Parts;
  /** Signs addresses of install pages; its key is read, or made, at the first call. */
  readonly signer: () => Promise<Signer>;
}
