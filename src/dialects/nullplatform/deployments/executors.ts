import { type GatewaySettings, kubernetesExecutor } from '../kubernetes/kubernetes-executor.ts';
import type { ScopeTable } from '../tables.ts';
import type { DeploymentExecutor } from './executor.ts';
import { hostExecutor } from './host-executor.ts';
import { hostsOf } from './rows.ts';

/** The type of scopes that run in a cluster. */
export const clusterScopeType = 'web_pool_k8s';

/** Those that an agent of the organization may run in a way of its own. */
const reportedScopeTypes: readonly string[] = ['custom', 'serverless', 'scheduled_tasks'];

/**
 * Whether an agent of the organization carries out the actions of the scope, which it finds in the action log, and
 * reports what became of them (contract nullplatform 4.6): so it is where none of Slipway's hosts is to.
 */
export function isReported(scope: Pick<ScopeTable, 'type' | 'hosts_json'>): boolean {
  return reportedScopeTypes.includes(scope.type) && hostsOf(scope).length === 0;
}

/** Who runs scopes of this type. */
export function executorOf(scopeType: string, settings: GatewaySettings): DeploymentExecutor {
  return scopeType === clusterScopeType ? kubernetesExecutor(settings) : hostExecutor;
}

/** The types of asset that a scope of this type can run (contract nullplatform 3.2). */
export function assetTypesOf(scopeType: string): readonly string[] {
  return scopeType === clusterScopeType ? ['docker-image'] : ['bundle', 'docker-image'];
}
