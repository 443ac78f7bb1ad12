import type { Selectable } from 'kysely';
import type { MessageTable } from '../tables.ts';
import { timestamp } from '../timestamps.ts';
import { parsed } from '../wire.ts';
import type { ShippedParameter } from './parameter-snapshot.ts';
import { deploymentNrn, type PlacedDeployment } from './rows.ts';

/** A row of `np_message`. */
export type Message = Selectable<MessageTable>;

/** A deployment as the API shows it (contract nullplatform 3.2); `token` is its credential, opened. */
export function deploymentWire(
  placed: PlacedDeployment,
  token: string,
  messages: readonly Message[],
): Readonly<Record<string, unknown>> {
  const { deployment: row } = placed;
  return {
    id: row.id,
    nrn: deploymentNrn(placed),
    application_id: row.application_id,
    scope_id: row.scope_id,
    release_id: row.release_id,
    deployment_group_id: row.deployment_group_id,
    external_strategy_id: row.external_strategy_id,
    status: row.status,
    status_in_scope: row.status_in_scope,
    strategy: row.strategy,
    strategy_data: parsed(row.strategy_data_json),
    description: row.description,
    messages: messages.map(messageWire),
    parameters: parsed<ShippedParameter[]>(row.parameters_json).map(parameterWire),
    metadata: parsed(row.metadata_json),
    deployment_token: token,
    status_started_at: statusTimes(row.status_started_json),
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
    expires_at: timestamp(row.expires_at),
    created_by: row.created_by,
    updated_by: row.updated_by,
  };
}

/** A message of an event log; its time is in epoch milliseconds (contract nullplatform 3.4). */
export function messageWire({ level, message, at }: Pick<Message, 'level' | 'message' | 'at'>): object {
  return { level, message, timestamp: at };
}

function statusTimes(json: string): Record<string, string> {
  const times = Object.entries(parsed<Record<string, number>>(json));
  return Object.fromEntries(times.map(([status, at]) => [status, timestamp(at)]));
}

function parameterWire({ secretId: _sealed, ...shown }: ShippedParameter): object {
  return { ...shown, value: shown.secret ? null : shown.value };
}
