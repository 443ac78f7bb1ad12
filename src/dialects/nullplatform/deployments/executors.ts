import type { DeploymentExecutor } from './executor.ts';
import { hostExecutor } from './host-executor.ts';

/** Who runs scopes of this type. */
export function executorOf(_scopeType: string): DeploymentExecutor {
  return hostExecutor;
}

/** The types of asset that a scope of this type can run (contract nullplatform 3.2). */
export function assetTypesOf(scopeType: string): readonly string[] {
  return scopeType === 'web_pool_k8s' ? ['docker-image'] : ['bundle', 'docker-image'];
}
