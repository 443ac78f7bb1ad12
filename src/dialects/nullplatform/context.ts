import type { Parts } from '../../http/index.ts';
import type { Kubernetes } from '../../kubernetes/index.ts';
import type { KeyMemory } from './key-memory.ts';
import type { TokenSigner } from './token-signer.ts';

/** What every operation and native route of the dialect works with. */
export interface Context {
  readonly parts: Parts;
  /** Signs and checks access tokens; its key is one for all replicas. */
  readonly signer: TokenSigner;
  /** The API keys behind tokens, as they were read a moment ago. */
  readonly keys: KeyMemory;
  /** The cluster that runs scopes of the type `web_pool_k8s`; called only where there is one. */
  readonly kubernetes: Kubernetes;
}
