import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import { badRequest, invalidParameter, notFound } from './errors.ts';
import { drawId } from './ids.ts';
import { accessKeyOf, keyAccount, keyText, maskedKey } from './key-text.ts';
import { nrnOf, placeOf, resourceOf } from './nrn.ts';
import { type NamedRole, roleById, roleBySlug, rolePrefix } from './roles.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import type { ApiKey } from './wire.ts';
import type { Writing } from './writing.ts';

/** A role on an NRN, as keys carry it. */
export interface KeyGrant extends NamedRole {
  readonly nrn: string;
}

/** What a new or changed key is given. */
export interface ApiKeyInput {
  readonly name: string;
  readonly grants: readonly KeyGrant[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** A key as it was made; its text is never shown again. */
export interface MadeKey {
  readonly row: ApiKey;
  readonly text: string;
}

/**
 * The grant that words mean: an NRN of the organization and a role by slug or id. Throws 400. What stands behind a scope
 * cannot be granted on.
 */
export function readGrant(
  organizationId: number,
  { nrn, slug, id }: { nrn: string; slug?: string | undefined; id?: number | undefined },
): KeyGrant {
  const place = placeOf(nrn);
  if (place?.organization !== organizationId || nrnOf(place) !== nrn) throw invalidParameter('grants.nrn');
  const named = slug === undefined ? roleById(id ?? 0) : roleBySlug(slug);
  if (!named) throw invalidParameter(slug === undefined ? 'grants.role_id' : 'grants.role_slug');
  return { nrn, ...named };
}

/** Grants as answers show them (contract nullplatform 6.3). */
export function grantWire({ nrn, slug, id }: KeyGrant): object {
  return { nrn, role_slug: slug, role_id: id };
}

/** Every right once, under the name that it was given first. */
export function distinctGrants(grants: readonly KeyGrant[]): KeyGrant[] {
  const first = new Map<string, KeyGrant>();
  for (const grant of grants) {
    const right = `${grant.role.slug} on ${grant.nrn}`;
    if (!first.has(right)) first.set(right, grant);
  }
  return [...first.values()];
}

/** Makes a key with a machine account of its own. A given id and secret are those of a declaration. */
export async function createApiKey(
  writing: Writing,
  organizationId: number,
  input: ApiKeyInput & { readonly given?: { readonly id: number; readonly secret: string } },
): Promise<MadeKey> {
  const { context, unit, actor } = writing;
  const { identity } = context.parts;
  const id = input.given?.id ?? (await drawId(unit, 'np_api_key'));
  const principal = await identity.createPrincipal(unit, {
    name: keyAccount(id),
    kind: 'machine',
    admin: false,
  });
  const { secret } = await identity.createKey(unit, principal.id, {
    id: accessKeyOf(id),
    ...(input.given ? { secret: input.given.secret } : {}),
  });
  const text = keyText({ id, secret });
  const row: ApiKey = {
    id,
    organization_id: organizationId,
    created_at: unit.now,
    updated_at: unit.now,
    name: input.name,
    principal_id: principal.id,
    access_key_id: accessKeyOf(id),
    masked: maskedKey(text),
    tags_json: JSON.stringify(input.tags),
    grants_json: JSON.stringify(input.grants.map(grantWire)),
    owner_id: actor.userId === 0 ? principal.id : actor.userId,
    last_used_at: null,
  };
  await unit.tables<NullplatformTables>().insertInto('np_api_key').values(row).execute();
  await setGrants(context, unit, principal.id, [], input.grants);
  context.keys.changed(unit);
  await tell(writing, row, 'apiKey.create');
  return { row, text };
}

/** Changes name, tags or grants of a key; throws 404 for one that was deleted meanwhile. */
export async function updateApiKey(
  writing: Writing,
  row: ApiKey,
  change: Partial<ApiKeyInput>,
): Promise<void> {
  const { context, unit } = writing;
  const before = await standing(unit, row);
  if (change.grants) await setGrants(context, unit, row.principal_id, before, change.grants);
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_api_key')
    .set({
      updated_at: unit.now,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.tags === undefined ? {} : { tags_json: JSON.stringify(change.tags) }),
      ...(change.grants === undefined ? {} : { grants_json: JSON.stringify(change.grants.map(grantWire)) }),
    })
    .where('id', '=', row.id)
    .execute();
  context.keys.changed(unit);
  await tell(writing, row, 'apiKey.update');
}

/**
 * Ends a key, its tokens and its grants, at once. Its account stays, revoked, so that no declaration brings the key back;
 * `forget` removes that, too.
 */
export async function deleteApiKey(writing: Writing, row: ApiKey, { forget = false } = {}): Promise<void> {
  const { context, unit } = writing;
  const { identity } = context.parts;
  await setGrants(context, unit, row.principal_id, await standing(unit, row), []);
  await identity.revokeKey(unit, row.access_key_id);
  await unit.tables<NullplatformTables>().deleteFrom('np_api_key').where('id', '=', row.id).execute();
  if (forget) await identity.removePrincipal(unit, row.principal_id);
  context.keys.changed(unit);
  await tell(writing, row, 'apiKey.delete');
}

/** The grants of a key as it is stored. */
export function grantsOf(row: Pick<ApiKey, 'grants_json'>): KeyGrant[] {
  const stored = JSON.parse(row.grants_json) as { nrn: string; role_slug: string }[];
  return stored.flatMap(({ nrn, role_slug: slug }) => {
    const named = roleBySlug(slug);
    return named ? [{ nrn, ...named }] : [];
  });
}

/** The grants as they are now: with those of an earlier reading, what another call gave meanwhile would stay for ever. */
async function standing(unit: Unit, { id }: ApiKey): Promise<KeyGrant[]> {
  const row = await rowById(unit, 'np_api_key', id);
  if (!row) throw notFound('API key');
  return grantsOf(row);
}

async function setGrants(
  context: Context,
  unit: Unit,
  principalId: number,
  before: readonly KeyGrant[],
  after: readonly KeyGrant[],
): Promise<void> {
  const { identity } = context.parts;
  for (const grant of before) await identity.revokeGrant(unit, { principalId, ...coreGrant(grant) });
  for (const grant of after) await identity.grant(unit, { principalId, ...coreGrant(grant) });
}

function coreGrant({ nrn, role }: KeyGrant): { role: string; resource: string } {
  const place = placeOf(nrn);
  if (!place) throw badRequest(`Invalid parameter: ${nrn}`);
  return { role: rolePrefix + role.slug, resource: resourceOf(place) };
}

async function tell({ context, unit, actor }: Writing, row: ApiKey, action: string): Promise<void> {
  const resource = resourceOf({ organization: row.organization_id });
  await context.parts.ledger.record(unit, actor, {
    action,
    resource,
    subject: `API key ${row.name} (${row.id})`,
  });
}
