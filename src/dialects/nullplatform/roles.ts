import type { Role } from '../../identity/index.ts';

/** What a call may need. Reading is one right; each kind of change is another (contract nullplatform 2.5). */
export type Permission =
  | 'nullplatform.read'
  | 'nullplatform.hierarchy.write'
  | 'nullplatform.application.write'
  /** To change a scope in any way: fields need `scope.write` besides, the domain of one that an agent runs nothing. */
  | 'nullplatform.scope.patch'
  | 'nullplatform.scope.write'
  | 'nullplatform.build.write'
  | 'nullplatform.release.write'
  /** To change a deployment in any way: a user's wishes need `deployment.write` besides, an agent's `agent.report`. */
  | 'nullplatform.deployment.patch'
  | 'nullplatform.deployment.write'
  | 'nullplatform.parameter.write'
  | 'nullplatform.secret.read'
  | 'nullplatform.strategy.write'
  | 'nullplatform.approval.decide'
  | 'nullplatform.key.manage'
  | 'nullplatform.agent.report';

/** A role of the original. Members' rights are part of every one. */
export interface WireRole {
  readonly slug: string;
  readonly id: number | null;
  readonly permissions: readonly Permission[];
}

const member: readonly Permission[] = ['nullplatform.read'];
const continuousIntegration: readonly Permission[] = [
  ...member,
  'nullplatform.build.write',
  'nullplatform.release.write',
];
const developer: readonly Permission[] = [
  ...continuousIntegration,
  'nullplatform.application.write',
  'nullplatform.scope.patch',
  'nullplatform.scope.write',
  'nullplatform.deployment.patch',
  'nullplatform.deployment.write',
  'nullplatform.parameter.write',
];
const ops: readonly Permission[] = [...member, 'nullplatform.strategy.write', 'nullplatform.approval.decide'];
const secops: readonly Permission[] = [...member, 'nullplatform.secret.read', 'nullplatform.approval.decide'];
const agent: readonly Permission[] = [
  ...member,
  'nullplatform.scope.patch',
  'nullplatform.deployment.patch',
  'nullplatform.agent.report',
];
const admin: readonly Permission[] = [
  ...new Set<Permission>([
    ...developer,
    ...ops,
    ...secops,
    ...agent,
    'nullplatform.hierarchy.write',
    'nullplatform.key.manage',
  ]),
];

/** The roles of the original, with the ids that clients name them by (contract nullplatform 2.5). */
export const wireRoles: readonly WireRole[] = [
  { slug: 'admin', id: 696188987, permissions: admin },
  { slug: 'developer', id: 700317756, permissions: developer },
  { slug: 'member', id: 704380989, permissions: member },
  { slug: 'ops', id: 708509758, permissions: ops },
  { slug: 'secops', id: 712638527, permissions: secops },
  { slug: 'machine:ci', id: 1855672260, permissions: continuousIntegration },
  { slug: 'controlplane:agent', id: null, permissions: agent },
];

/** Old roles that named their level; what they may is what today's may (contract nullplatform 2.5). */
const oldRoles: readonly { readonly slug: string; readonly id: number; readonly means: string }[] = [
  { slug: 'application:admin', id: 560594970, means: 'admin' },
  { slug: 'application:developer', id: 564723739, means: 'developer' },
  { slug: 'application:member', id: 556531737, means: 'member' },
  { slug: 'organization:admin', id: 511311886, means: 'admin' },
];

/** A role under the name that a client has for it, which answers repeat: clients compare them with what they sent. */
export interface NamedRole {
  readonly slug: string;
  readonly id: number | null;
  readonly role: WireRole;
}

/** What a role is named in grants: `nullplatform:machine:ci`. */
export const rolePrefix = 'nullplatform:';

/** The roles as identity knows them; people who have one also read the ledger and the rollouts of their resources. */
export const roles: readonly Role[] = wireRoles.map(({ slug, permissions }) => ({
  name: rolePrefix + slug,
  permissions: [...permissions, 'rollouts.read', ...(slug === 'admin' ? ['ledger.read'] : [])],
}));

/** The role of a slug; old ones that name their level (`application:developer`) mean the same (contract nullplatform 2.5). */
export function roleBySlug(slug: string): NamedRole | undefined {
  const plain = slug.replace(/^(organization|account|namespace|application|scope):/, '');
  const role = wireRoles.find((candidate) => candidate.slug === plain);
  const old = oldRoles.find((candidate) => candidate.slug === slug);
  return role && { slug, id: old?.id ?? role.id, role };
}

/** The role with this id, old ids included. */
export function roleById(id: number): NamedRole | undefined {
  const old = oldRoles.find((candidate) => candidate.id === id);
  const role = wireRoles.find((candidate) => (old ? candidate.slug === old.means : candidate.id === id));
  return role && { slug: old?.slug ?? role.slug, id, role };
}
