import type { Parts } from '../../http/index.ts';
import { clusterScopeType, isReported } from './deployments/executors.ts';
import type { ScopeTable } from './tables.ts';

/** The settings that say how what is deployed is reached from outside. */
export type AddressSettings = Pick<
  Parts['settings'],
  'routerPort' | 'routerPublicUrl' | 'kubernetesPublicUrl'
>;

/**
 * The URL at which people and programs reach the scope, without a slash at the end: through the routers, through the
 * Gateway of a cluster, or, where an agent of the organization runs it, whatever its agent made of the domain.
 */
export function scopeAddress(
  settings: AddressSettings,
  scope: Pick<ScopeTable, 'domain' | 'type' | 'hosts_json'>,
): string {
  return patternOf(settings, scope).replace('*', scope.domain);
}

function patternOf(settings: AddressSettings, scope: Pick<ScopeTable, 'type' | 'hosts_json'>): string {
  if (scope.type === clusterScopeType) return settings.kubernetesPublicUrl;
  if (isReported(scope)) return 'http://*';
  const { routerPublicUrl, routerPort } = settings;
  return routerPublicUrl ?? (routerPort === 80 ? 'http://*' : `http://*:${routerPort}`);
}
