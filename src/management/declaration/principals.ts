import Type, { type Static } from 'typebox';
import type { Identity, Principal } from '../../identity/index.ts';
import type { Unit } from '../../storage/index.ts';
import { password, principalKind, principalName, resourcePath } from '../shapes/account.ts';
import type { DeclarationReport, DeclarationSection } from './section.ts';

const keyShape = Type.Object(
  {
    id: Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' }),
    secret: Type.String({ minLength: 8, maxLength: 200 }),
  },
  { additionalProperties: false },
);

const grantShape = Type.Object(
  { role: Type.String({ minLength: 1, maxLength: 100 }), resource: resourcePath },
  { additionalProperties: false },
);

const principalShape = Type.Object(
  {
    name: principalName,
    kind: Type.Optional(principalKind),
    admin: Type.Optional(Type.Boolean()),
    password: Type.Optional(password),
    keys: Type.Optional(Type.Array(keyShape, { maxItems: 5 })),
    grants: Type.Optional(Type.Array(grantShape, { maxItems: 1000 })),
  },
  { additionalProperties: false },
);

type DeclaredPrincipal = Static<typeof principalShape>;

/** `principals`: people and machine accounts by name. Passwords are set at creation only; keys are given whole. */
export function principalsSection(identity: Identity): DeclarationSection {
  return {
    key: 'principals',
    order: 0,
    schema: Type.Array(principalShape, { maxItems: 10_000 }),
    async reconcile(unit, value, report) {
      const seen = new Set<string>();
      for (const declared of value as DeclaredPrincipal[]) {
        const path = `principals/${declared.name}`;
        if (seen.has(declared.name)) report.error(path, 'is declared twice');
        else await reconcileOne(identity, unit, declared, path, report);
        seen.add(declared.name);
      }
      for (const { key, path } of await report.pruned()) {
        if (await remove(identity, unit, key)) report.change({ action: 'remove', path });
      }
    },
  };
}

async function reconcileOne(
  identity: Identity,
  unit: Unit,
  declared: DeclaredPrincipal,
  path: string,
  report: DeclarationReport,
): Promise<void> {
  const existing = await identity.find(declared.name, unit);
  const principal = existing ?? (await create(identity, unit, declared));
  if (!existing) report.change({ action: 'create', path });
  else if (declared.admin !== undefined && declared.admin !== existing.admin) {
    await identity.updatePrincipal(unit, existing.id, { admin: declared.admin });
    report.change({
      action: 'update',
      path,
      fields: { admin: { from: existing.admin, to: declared.admin } },
    });
  }
  await report.made(`principal:${declared.name}`, path);
  for (const key of declared.keys ?? []) await reconcileKey(identity, unit, principal, key, path, report);
  for (const grant of declared.grants ?? [])
    await reconcileGrant(identity, unit, principal, grant, path, report);
}

function create(identity: Identity, unit: Unit, declared: DeclaredPrincipal): Promise<Principal> {
  const { name, kind = 'person', admin = false } = declared;
  return identity.createPrincipal(unit, {
    name,
    kind,
    admin,
    ...(declared.password === undefined ? {} : { password: declared.password }),
  });
}

/** A key that was revoked by somebody stays revoked: a declaration that is applied at every start must not undo it. */
async function reconcileKey(
  identity: Identity,
  unit: Unit,
  principal: Principal,
  declared: Static<typeof keyShape>,
  parent: string,
  report: DeclarationReport,
): Promise<void> {
  const path = `${parent}/keys/${declared.id}`;
  const existing = await identity.findKey(declared.id, unit);
  if (existing && existing.principalId !== principal.id) {
    report.error(path, 'is the key of another principal');
    return;
  }
  if (!existing) {
    await identity.createKey(unit, principal.id, declared);
    report.change({ action: 'create', path });
  }
  await report.made(`key:${declared.id}`, path);
}

async function reconcileGrant(
  identity: Identity,
  unit: Unit,
  principal: Principal,
  { role, resource }: Static<typeof grantShape>,
  parent: string,
  report: DeclarationReport,
): Promise<void> {
  const path = `${parent}/grants/${role}@${resource}`;
  const there = (await identity.grants(unit)).some(
    (grant) => grant.principalId === principal.id && grant.role === role && grant.resource === resource,
  );
  if (!there) {
    await identity.grant(unit, { principalId: principal.id, role, resource });
    report.change({ action: 'create', path });
  }
  await report.made(`grant:${JSON.stringify([principal.name, role, resource])}`, path);
}

/** Removes what `key` names, if it is still there. */
async function remove(identity: Identity, unit: Unit, key: string): Promise<boolean> {
  const [kind = '', ...rest] = key.split(':');
  const id = rest.join(':');
  if (kind === 'key') {
    const found = await identity.findKey(id, unit);
    return found !== undefined && found.revokedAt === null && identity.revokeKey(unit, id);
  }
  if (kind === 'grant') {
    const [name, role, resource] = JSON.parse(id) as [string, string, string];
    const principal = await identity.find(name, unit);
    if (principal) await identity.revokeGrant(unit, { principalId: principal.id, role, resource });
    return principal !== undefined;
  }
  const principal = await identity.find(id, unit);
  if (principal) await identity.removePrincipal(unit, principal.id);
  return principal !== undefined;
}
