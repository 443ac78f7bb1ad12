import type { Reader } from '../../../storage/index.ts';
import { nrnOf } from '../nrn.ts';
import type { NullplatformTables } from '../tables.ts';
import { type Application, parsed, type Scope, scopePlace } from '../wire.ts';
import { chooseValues, type ShippedParameter } from './parameter-snapshot.ts';

/** The values that a deployment in the scope ships, as they are now. */
export async function shippedParameters(
  reader: Pick<Reader, 'tables'>,
  application: Application,
  scope: Scope,
): Promise<ShippedParameter[]> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_parameter')
    .innerJoin('np_parameter_value', 'np_parameter_value.parameter_id', 'np_parameter.id')
    .select(['np_parameter.id', 'np_parameter.name', 'np_parameter.type', 'np_parameter.variable'])
    .select(['np_parameter.encoding', 'np_parameter.secret', 'np_parameter_value.id as version'])
    .select(['np_parameter_value.nrn', 'np_parameter_value.dimensions_json'])
    .select(['np_parameter_value.value', 'np_parameter_value.secret_id'])
    .where('np_parameter.application_id', '=', application.id)
    .orderBy('np_parameter_value.updated_at')
    .orderBy('np_parameter_value.id')
    .execute();
  const candidates = rows.map(({ dimensions_json, secret, secret_id, ...row }) => ({
    ...row,
    secret: secret === 1,
    secretId: secret_id,
    dimensions: parsed(dimensions_json),
  }));
  return chooseValues(candidates, {
    nrn: nrnOf(scopePlace(application, scope)),
    dimensions: parsed(scope.dimensions_json),
  });
}
