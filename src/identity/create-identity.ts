import type { Clock, Storage } from '../storage/index.ts';
import { accessKeys } from './access-keys.ts';
import { bearerTokens } from './bearer-tokens.ts';
import { type IdentityContext, identityChannel } from './context.ts';
import { coreRoles } from './core-roles.ts';
import { grants } from './grants.ts';
import { usualHashCost } from './hashing.ts';
import type { Identity } from './identity.ts';
import { joinTokens } from './join-tokens.ts';
import { Memory } from './memory.ts';
import { principals } from './principals.ts';
import { sessions } from './sessions.ts';

/** What identity stands on. */
export interface IdentityOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** scrypt's N for new hashes, a power of two. Only tests, which make hundreds of accounts, give a smaller one. */
  readonly hashCost?: number;
}

/** Identity over the database of `storage`. What it remembers is forgotten as soon as any process changes something. */
export function createIdentity({ storage, clock, hashCost = usualHashCost }: IdentityOptions): Identity {
  const memory = new Memory(clock);
  storage.listen(identityChannel, () => memory.forget());
  const roles = new Map(coreRoles.map((role) => [role.name, role]));
  const context: IdentityContext = { storage, clock, memory, roles, hashCost };
  return {
    ...principals(context),
    ...grants(context),
    ...accessKeys(context),
    ...bearerTokens(context),
    ...sessions(context),
    ...joinTokens(context),
  };
}
