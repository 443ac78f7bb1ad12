import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { rolePrefix } from './roles.ts';
import { type Service, serviceResource } from './store/service.ts';

/** The role of a member; the original has one (contract nhn-image-manager 6). */
export type MemberRole = 'ADMIN';

/** Who may use the service with tokens (v3.0), each with the role that is granted on exactly it, by name. */
export async function membersOf(
  context: Context,
  service: Pick<Service, 'id'>,
  within?: Unit,
): Promise<Record<string, MemberRole>> {
  const { identity } = context.parts;
  const names = new Map((await identity.list(within)).map(({ id, name }) => [id, name]));
  const resource = serviceResource(service.id);
  const granted = (await identity.grants(within)).filter(
    (grant) => grant.resource === resource && grant.role.startsWith(rolePrefix),
  );
  const members = granted.flatMap(({ principalId }) => names.get(principalId) ?? []).sort();
  return Object.fromEntries(members.map((name) => [name, 'ADMIN' as const]));
}

/** Replaces the members, with their line in the ledger. Throws `invalid` for names that no principal has. */
export async function setMembers(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Pick<Service, 'id' | 'name'>,
  members: Readonly<Record<string, MemberRole>>,
): Promise<void> {
  const { identity } = context.parts;
  const grants: { principalId: number; role: string }[] = [];
  for (const [name, role] of Object.entries(members)) {
    const principal = await identity.find(name, unit);
    if (!principal) {
      throw new CoreError('invalid', `there is no principal named ${name}`, { path: `members/${name}` });
    }
    grants.push({ principalId: principal.id, role: rolePrefix + role });
  }
  const resource = serviceResource(service.id);
  await identity.setGrants(unit, resource, rolePrefix, grants);
  const subject = `${service.name} (image service ${service.id})`;
  await context.parts.ledger.record(unit, actor, { action: 'image-service.set-members', resource, subject });
}
