import type { DeploymentTable } from '../tables.ts';
import type { DeploymentState } from './deployment-state.ts';

type StateColumns = Pick<
  DeploymentTable,
  | 'status'
  | 'status_in_scope'
  | 'strategy'
  | 'strategy_data_json'
  | 'status_started_json'
  | 'action_json'
  | 'next_action_json'
  | 'switched_fully_at'
  | 'traffic_by_hand'
>;

/** The state in a row. */
export function stateOf(row: StateColumns): DeploymentState {
  return {
    status: row.status,
    statusInScope: row.status_in_scope,
    strategy: row.strategy,
    data: JSON.parse(row.strategy_data_json),
    startedAt: JSON.parse(row.status_started_json),
    action: row.action_json === null ? null : JSON.parse(row.action_json),
    next: row.next_action_json === null ? null : JSON.parse(row.next_action_json),
    switchedFullyAt: row.switched_fully_at,
    isByHand: row.traffic_by_hand === 1,
  };
}

/** The columns that hold a state. */
export function columnsOf(state: DeploymentState): StateColumns {
  return {
    status: state.status,
    status_in_scope: state.statusInScope,
    strategy: state.strategy,
    strategy_data_json: JSON.stringify(state.data),
    status_started_json: JSON.stringify(state.startedAt),
    action_json: state.action && JSON.stringify(state.action),
    next_action_json: state.next && JSON.stringify(state.next),
    switched_fully_at: state.switchedFullyAt,
    traffic_by_hand: Number(state.isByHand),
  };
}
