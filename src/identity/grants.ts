import { CoreError } from '../errors/index.ts';
import { changed, type IdentityContext, reading } from './context.ts';
import type { Grant, Identity, Principal } from './identity.ts';
import { covers, outermost } from './resource-path.ts';
import type { IdentityTables } from './tables.ts';

type Grants = Pick<
  Identity,
  | 'registerRole'
  | 'allows'
  | 'require'
  | 'resources'
  | 'roles'
  | 'grants'
  | 'grant'
  | 'revokeGrant'
  | 'setGrants'
>;

/** Who may do what: roles on resource paths. A platform admin has no grants and needs none. */
export function grants(context: IdentityContext): Grants {
  const grantsOf = async (principal: Principal): Promise<readonly Grant[]> => {
    const found = await context.memory.recall(`grants ${principal.id}`, () =>
      reading(context, undefined, async (tables) => {
        const rows = await tables
          .selectFrom('role_grant')
          .selectAll()
          .where('principal_id', '=', principal.id)
          .execute();
        return rows.map(grantOf);
      }),
    );
    return found ?? [];
  };
  const gives = (grant: Grant, permission: string) =>
    context.roles.get(grant.role)?.permissions.includes(permission) ?? false;
  const checked = ({ principalId, role, resource }: Grant) => {
    if (!context.roles.has(role)) {
      const known = [...context.roles.keys()].sort().join(', ');
      throw new CoreError('invalid', `There is no role ${role}; there are ${known}`, { path: 'role' });
    }
    if (!/^\/([^/]+(\/[^/]+)*)?$/.test(resource)) {
      throw new CoreError('invalid', `A resource is a path like /nhn-deploy/projects/1, not ${resource}`, {
        path: 'resource',
      });
    }
    return { principal_id: principalId, role, resource };
  };

  const self: Grants = {
    registerRole(role) {
      context.roles.set(role.name, role);
    },

    async allows(principal, permission, resource) {
      if (principal.admin) return true;
      return (await grantsOf(principal)).some(
        (grant) => covers(grant.resource, resource) && gives(grant, permission),
      );
    },

    async require(principal, permission, resource) {
      if (await self.allows(principal, permission, resource)) return;
      throw new CoreError(
        'forbidden',
        `${principal.name} may not do this: it needs ${permission} on ${resource}`,
      );
    },

    async resources(principal, permission) {
      if (principal.admin) return ['/'];
      const granted = (await grantsOf(principal)).filter((grant) => gives(grant, permission));
      return outermost(granted.map((grant) => grant.resource));
    },

    async roles(principal, resource) {
      const granted = (await grantsOf(principal)).filter((grant) => covers(grant.resource, resource));
      return [...new Set(granted.map((grant) => grant.role))].sort();
    },

    grants: (within) =>
      reading(context, within, async (tables) => {
        const rows = await tables
          .selectFrom('role_grant')
          .selectAll()
          .orderBy('resource')
          .orderBy('role')
          .execute();
        return rows.map(grantOf);
      }),

    async grant(unit, grant) {
      await unit
        .tables<IdentityTables>()
        .insertInto('role_grant')
        .values(checked(grant))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      changed(context, unit);
    },

    async revokeGrant(unit, { principalId, role, resource }) {
      await unit
        .tables<IdentityTables>()
        .deleteFrom('role_grant')
        .where('principal_id', '=', principalId)
        .where('role', '=', role)
        .where('resource', '=', resource)
        .execute();
      changed(context, unit);
    },

    async setGrants(unit, resource, rolePrefix, members) {
      const tables = unit.tables<IdentityTables>();
      const roles = [...context.roles.keys()].filter((role) => role.startsWith(rolePrefix));
      if (roles.length > 0) {
        await tables
          .deleteFrom('role_grant')
          .where('resource', '=', resource)
          .where('role', 'in', roles)
          .execute();
      }
      for (const member of members) await self.grant(unit, { ...member, resource });
      changed(context, unit);
    },
  };
  return self;
}

function grantOf(row: IdentityTables['role_grant']): Grant {
  return { principalId: row.principal_id, role: row.role, resource: row.resource };
}
