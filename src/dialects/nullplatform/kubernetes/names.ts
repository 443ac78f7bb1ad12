import { ownershipLabels } from '../../../kubernetes/index.ts';

const scopeLabel = 'slipway.dev/scope';
const deploymentLabel = 'slipway.dev/deployment';

/** The name of a version's Deployment, Service, autoscaler and disruption budget (contract nullplatform 5.3). */
export function workloadName(scopeId: number, deploymentId: number): string {
  return `d-${scopeId}-${deploymentId}`;
}

/** The name of a version's Secret (contract nullplatform 5.3). */
export function secretName(scopeId: number, deploymentId: number): string {
  return `s-${scopeId}-d-${deploymentId}`;
}

/** The name of a scope's HTTPRoute. */
export function routeName(scopeId: number): string {
  return `r-${scopeId}`;
}

/** The labels of what belongs to a scope, whichever version serves it. */
export function scopeLabels(scopeId: number): Readonly<Record<string, string>> {
  return { ...ownershipLabels, [scopeLabel]: String(scopeId) };
}

/** The labels of what belongs to one version. */
export function versionLabels(scopeId: number, deploymentId: number): Readonly<Record<string, string>> {
  return { ...scopeLabels(scopeId), [deploymentLabel]: String(deploymentId) };
}

/** Selects everything of the scope. */
export function scopeSelector(scopeId: number): string {
  return `${scopeLabel}=${scopeId}`;
}

/** Selects everything of some scopes; at least one. */
export function scopesSelector(scopeIds: readonly number[]): string {
  return `${scopeLabel} in (${scopeIds.join(',')})`;
}

/** Which version of which scope something in the cluster belongs to; undefined for what has other labels. */
export function versionOf(
  labels: Readonly<Record<string, string>>,
): { readonly scopeId: number; readonly deploymentId: number } | undefined {
  const scopeId = Number(labels[scopeLabel]);
  const deploymentId = Number(labels[deploymentLabel]);
  return Number.isInteger(scopeId) && Number.isInteger(deploymentId) ? { scopeId, deploymentId } : undefined;
}

/** Selects what belongs to one version. */
export function versionSelector(scopeId: number, deploymentId: number): string {
  return `${scopeSelector(scopeId)},${deploymentLabel}=${deploymentId}`;
}

/** Selects what belongs to any other version of the scope, those included that nobody remembers. */
export function otherVersionsSelector(scopeId: number, deploymentId: number): string {
  return `${scopeSelector(scopeId)},${deploymentLabel},${deploymentLabel}!=${deploymentId}`;
}
