import Type, { type Static } from 'typebox';
import { newEntity } from '../ids.ts';
import { nrnOf, placeOf } from '../nrn.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Reconciliation } from './reconciliation.ts';
import { dimensionsShape, entityName } from './shapes.ts';

/** When a deployment has to be approved, by place and dimensions; `deny` refuses it without asking anybody. */
export const approvalPolicyDeclaration = Type.Object(
  {
    name: Type.Optional(entityName),
    nrn: Type.String({ maxLength: 500 }),
    dimensions: Type.Optional(dimensionsShape),
    decision: Type.Optional(Type.Union([Type.Literal('manual'), Type.Literal('deny')])),
  },
  { additionalProperties: false },
);

/** A policy as it was declared. */
export type DeclaredApprovalPolicy = Static<typeof approvalPolicyDeclaration>;

/** The list of an organization's policies is replaced as a whole when it differs. */
export async function reconcileApprovalPolicies(
  { unit, report }: Reconciliation,
  organizationId: number,
  declared: readonly DeclaredApprovalPolicy[],
  organizationPath: string,
): Promise<void> {
  const path = `${organizationPath}/approvalPolicies`;
  const wanted = declared.map(({ name, nrn, dimensions = {}, decision = 'manual' }, index) => {
    const place = placeOf(nrn);
    if (place?.organization !== organizationId || nrnOf(place) !== nrn) {
      report.error(`${path}/${index}/nrn`, `should be an NRN below organization=${organizationId}`);
    }
    return { nrn, name: name ?? nrn, dimensions_json: JSON.stringify(dimensions), decision };
  });
  const tables = unit.tables<NullplatformTables>();
  const there = await tables
    .selectFrom('np_approval_policy')
    .select(['id', 'nrn', 'name', 'dimensions_json', 'decision'])
    .where('organization_id', '=', organizationId)
    .execute();
  const words = (
    list: readonly Readonly<Record<'nrn' | 'name' | 'dimensions_json' | 'decision', string>>[],
  ) =>
    list
      .map(({ nrn, name, dimensions_json, decision }) => `${name}: ${decision} on ${nrn} ${dimensions_json}`)
      .sort();
  const [from, to] = [words(there), words(wanted)];
  if (JSON.stringify(from) === JSON.stringify(to)) return;
  await tables.deleteFrom('np_approval_policy').where('organization_id', '=', organizationId).execute();
  for (const policy of wanted) {
    const entity = await newEntity(unit, 'np_approval_policy', organizationId);
    await tables
      .insertInto('np_approval_policy')
      .values({ ...entity, ...policy })
      .execute();
  }
  report.change({ action: 'update', path, fields: { approvalPolicies: { from, to } } });
}
