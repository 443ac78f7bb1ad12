import { hasCluster } from '../../../kubernetes/index.ts';
import type { Context } from '../context.ts';
import { badRequest } from '../errors.ts';
import type { Scope } from '../wire.ts';
import { clusterScopeType, isReported } from './executors.ts';
import { hostsOf } from './rows.ts';

/** Throws 400 unless there is somebody to run the scope's instances; hosts need not be up. */
export function requirePlace({ parts }: Pick<Context, 'parts'>, scope: Scope): void {
  if (scope.type === clusterScopeType) {
    if (!hasCluster(parts.settings)) {
      throw badRequest('No cluster is configured: Slipway needs the setting SLIPWAY_KUBECONFIG');
    }
  } else if (hostsOf(scope).length === 0 && !isReported(scope)) {
    throw badRequest('The scope has no hosts to run on');
  }
}
