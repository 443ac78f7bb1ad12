import type { Parameter, ParameterValue } from './store/parameter.ts';
import { optionalTimestamp, timestamp } from './timestamps.ts';
import { parsed } from './wire.ts';

/** Contract nullplatform 6.5. Values of secrets are null, except those in `revealed` (by the number of the secret). */
export function parameterWire(
  row: Parameter,
  values: readonly ParameterValue[],
  revealed: ReadonlyMap<number, string> = new Map(),
): object {
  const { id, name, nrn, type, variable, encoding } = row;
  return {
    id,
    name,
    nrn,
    type,
    variable: type === 'environment' ? variable : null,
    destination_path: type === 'file' ? variable : null,
    encoding,
    secret: row.secret === 1,
    read_only: row.read_only === 1,
    values: values.map((value) => valueWire(value, revealed)),
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
  };
}

/** One value; a secret's is null unless it was revealed. The terraform provider reads the id as a text. */
export function valueWire(
  { id, nrn, value, secret_id, dimensions_json, created_at, updated_at }: ParameterValue,
  revealed: ReadonlyMap<number, string> = new Map(),
): object {
  return {
    id: String(id),
    nrn,
    value: secret_id === null ? value : (revealed.get(secret_id) ?? null),
    dimensions: parsed(dimensions_json),
    created_at: optionalTimestamp(created_at),
    updated_at: optionalTimestamp(updated_at),
  };
}
