import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createApiKey, grantsOf, readGrant, updateApiKey } from '../api-keys.ts';
import { accessKeyOf, readKeyText } from '../key-text.ts';
import { rowById } from '../store/row.ts';
import type { ApiKey } from '../wire.ts';
import type { Reconciliation } from './reconciliation.ts';
import { entityName } from './shapes.ts';

/** An API key of the declaration. Its text is set at creation only. */
export const apiKeyDeclaration = Type.Object(
  {
    name: entityName,
    key: Type.String({ minLength: 10, maxLength: 600 }),
    grants: Type.Array(
      Type.Object(
        { nrn: Type.String({ maxLength: 500 }), role: Type.String({ maxLength: 100 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
    tags: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 1000 }))),
  },
  { additionalProperties: false },
);

/** An API key as it was declared. */
export type DeclaredApiKey = Static<typeof apiKeyDeclaration>;

/** Makes or changes one key, matched by the id in its text. No part of a text stands in a change or a message. */
export async function reconcileApiKey(
  run: Reconciliation,
  organizationId: number,
  declared: DeclaredApiKey,
  path: string,
): Promise<void> {
  const key = await attempt(run.report, path, () => reconcileItself(run, organizationId, declared, path));
  if (key) await run.report.made(`apiKey:${key.id}`, path);
}

async function reconcileItself(
  run: Reconciliation,
  organizationId: number,
  declared: DeclaredApiKey,
  path: string,
): Promise<ApiKey | undefined> {
  const { context, unit, report } = run;
  const given = readKeyText(declared.key);
  if (!given) {
    report.error(`${path}/key`, 'should be base64(<number>).base64(<secret of at least 8 characters>)');
    return undefined;
  }
  const grants = declared.grants.map(({ nrn, role: slug }) => readGrant(organizationId, { nrn, slug }));
  const tags = Object.entries(declared.tags ?? {}).map(([key, value]) => ({ key, value }));
  const there = await rowById(unit, 'np_api_key', given.id);
  if (there && there.organization_id !== organizationId) {
    report.error(`${path}/key`, 'has the id of a key of another organization');
    return undefined;
  }
  const input = { name: declared.name, grants, tags };
  if (!there) {
    // A key that somebody deleted stays deleted, whatever the declaration that a server starts with says.
    if (await context.parts.identity.findKey(accessKeyOf(given.id), unit)) return undefined;
    const { row } = await createApiKey(run, organizationId, { ...input, given });
    report.change({ action: 'create', path });
    return row;
  }
  const words = (list: typeof grants) => list.map(({ nrn, role }) => `${role.slug} on ${nrn}`);
  const fields = fieldChanges(
    { name: there.name, grants: words(grantsOf(there)), tags: JSON.parse(there.tags_json) },
    { name: declared.name, grants: words(grants), ...(declared.tags ? { tags } : {}) },
  );
  if (!fields) return there;
  await updateApiKey(run, there, {
    name: declared.name,
    grants,
    ...(declared.tags ? { tags } : {}),
  });
  report.change({ action: 'update', path, fields });
  return there;
}
