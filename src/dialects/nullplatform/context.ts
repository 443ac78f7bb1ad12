import type { Parts } from '../../http/index.ts';
import type { KeyMemory } from './key-memory.ts';
import type { TokenSigner } from './token-signer.ts';

/** What every operation and native route of the dialect works with. */
export interface Context {
  readonly parts: Parts;
  /** Signs and checks access tokens; its key is one for all replicas. */
  readonly signer: TokenSigner;
  /** The API keys behind tokens, as they were read a moment ago. */
  readonly keys: KeyMemory;
}
