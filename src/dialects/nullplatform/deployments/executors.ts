import { type GatewaySettings, kubernetesExecutor } from '../kubernetes/kubernetes-executor.ts';
import type { DeploymentExecutor } from './executor.ts';
import { hostExecutor } from './host-executor.ts';

/** The type of scopes that run in a cluster. */
export const clusterScopeType = 'web_pool_k8s';

/** Who runs scopes of this type. */
export function executorOf(scopeType: string, settings: GatewaySettings): DeploymentExecutor {
  return scopeType === clusterScopeType ? kubernetesExecutor(settings) : hostExecutor;
}

/** The types of asset that a scope of this type can run (contract nullplatform 3.2). */
export function assetTypesOf(scopeType: string): readonly string[] {
  return scopeType === clusterScopeType ? ['docker-image'] : ['bundle', 'docker-image'];
}
