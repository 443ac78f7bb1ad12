import { CoreError } from '../../../errors/index.ts';
import type { Principal } from '../../../identity/index.ts';
import type { Context } from '../context.ts';
import { placedScope } from '../deployments/rows.ts';
import { resourceOf } from '../nrn.ts';
import type { Permission } from '../roles.ts';
import { type Application, type Scope, scopePlace } from '../wire.ts';

/** A scope that somebody may read, and what else they may there. */
export interface SeenScope {
  readonly scope: Scope;
  readonly application: Application;
  readonly resource: string;
  may(permission: Permission): Promise<boolean>;
}

/** The scope for whom may read it. Throws `not-found` for one that is not there; who may not read it does not learn that it is. */
export async function seenScope(context: Context, principal: Principal, id: number): Promise<SeenScope> {
  const { storage, identity } = context.parts;
  const placed = await storage.read((reader) => placedScope(reader, id));
  if (placed) {
    const resource = resourceOf(scopePlace(placed.application, placed.scope));
    const may = (permission: Permission) => identity.allows(principal, permission, resource);
    if (await may('nullplatform.read')) return { ...placed, resource, may };
  }
  throw new CoreError('not-found', `There is no scope ${id}`);
}
