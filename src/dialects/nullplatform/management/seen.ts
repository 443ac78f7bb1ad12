import { CoreError } from '../../../errors/index.ts';
import type { Principal } from '../../../identity/index.ts';
import type { Context } from '../context.ts';
import { type PlacedDeployment, placedDeployment, placedScope } from '../deployments/rows.ts';
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

/** Like a scope that somebody may read: one of its deployments. */
export interface SeenDeployment extends PlacedDeployment {
  readonly resource: string;
}

/** The deployment for whom may read its scope. Throws `not-found` as `seenScope` does. */
export async function seenDeployment(
  context: Context,
  principal: Principal,
  id: number,
): Promise<SeenDeployment> {
  const { storage, identity } = context.parts;
  const placed = await storage.read((reader) => placedDeployment(reader, id));
  const resource = placed && resourceOf(scopePlace(placed.application, placed.scope));
  if (resource && (await identity.allows(principal, 'nullplatform.read', resource))) {
    return { ...placed, resource };
  }
  throw new CoreError('not-found', `There is no deployment ${id}`);
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
