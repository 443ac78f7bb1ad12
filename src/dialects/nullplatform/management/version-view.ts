import type { StrategyData } from '../deployments/deployment-state.ts';
import type { Deployment } from '../deployments/rows.ts';
import { parsed } from '../wire.ts';
import type { Version } from './scope-shapes.ts';

/** The deployment of the release with this version, and what may be asked of it in its status. */
export function versionOf(row: Deployment, semver: string): Version {
  const data = parsed<StrategyData>(row.strategy_data_json);
  const isBlueGreen = row.strategy !== 'initial';
  return {
    id: row.id,
    status: row.status,
    strategy: row.strategy,
    releaseId: row.release_id,
    semver,
    description: row.description,
    createdAt: row.created_at,
    switchedTraffic: data.switched_traffic ?? 0,
    desiredTraffic: data.desired_switched_traffic ?? 0,
    wantedInstances: data.amount_instances_to_wait ?? 0,
    launchedInstances: data.launched_instances ?? 0,
    healthyInstances: data.healthy_instances ?? 0,
    maySwitch: isBlueGreen && (row.status === 'running' || row.status === 'waiting_for_instances'),
    mayFinalize: isBlueGreen && row.status === 'running',
    mayCancel: ['creating_approval', 'creating', 'waiting_for_instances', 'running'].includes(row.status),
  };
}
