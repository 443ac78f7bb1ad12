import type { Clock, Storage } from '../storage/index.ts';
import { accessKeys } from './access-keys.ts';
import { bearerTokens } from './bearer-tokens.ts';
import { type IdentityContext, identityChannel } from './context.ts';
import { grants } from './grants.ts';
import type { Identity, Role } from './identity.ts';
import { joinTokens } from './join-tokens.ts';
import { Memory } from './memory.ts';
import { principals } from './principals.ts';
import { sessions } from './sessions.ts';

/** The core's own roles, for people who watch or run the platform without being its admins. */
export const coreRoles: readonly Role[] = [
  { name: 'core:VIEWER', permissions: ['rollouts.read', 'hosts.read', 'ledger.read'] },
  {
    name: 'core:OPERATOR',
    permissions: ['rollouts.read', 'rollouts.cancel', 'hosts.read', 'hosts.manage', 'ledger.read'],
  },
];

/** Identity over the database of `storage`. What it remembers is forgotten as soon as any process changes something. */
export function createIdentity({ storage, clock }: { storage: Storage; clock: Clock }): Identity {
  const memory = new Memory(clock);
  storage.listen(identityChannel, () => memory.forget());
  const roles = new Map(coreRoles.map((role) => [role.name, role]));
  const context: IdentityContext = { storage, clock, memory, roles };
  return {
    ...principals(context),
    ...grants(context),
    ...accessKeys(context),
    ...bearerTokens(context),
    ...sessions(context),
    ...joinTokens(context),
  };
}
