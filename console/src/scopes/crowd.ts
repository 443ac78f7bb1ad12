import type { ScopeInstance } from '../scope-api.ts';
import { instanceName, isUnknown } from './words.ts';

/** Whether something has to be looked at: it runs or is to run, and is not well, or nobody knows how it is. */
export function isUnwell(instance: Pick<ScopeInstance, 'healthy' | 'state' | 'isHostDown'>): boolean {
  const { healthy, state } = instance;
  if (isUnknown(instance)) return true;
  return !healthy && !['starting', 'planned', 'stopping', 'stopped'].includes(state);
}

/** Those that are not well first, then by name, `s2` before `s10`; `isOld` parts two versions. */
export function inOrder(
  instances: readonly ScopeInstance[],
  isOld: (instance: ScopeInstance) => boolean = () => false,
): readonly ScopeInstance[] {
  return [...instances].sort(
    (one, other) =>
      Number(isUnwell(other)) - Number(isUnwell(one)) ||
      Number(isOld(one)) - Number(isOld(other)) ||
      instanceName(one).localeCompare(instanceName(other), 'en', { numeric: true }),
  );
}

/**
 * What instances go by in a log, by their ids: the name of the host without its domain, unless two would share one. A
 * long name would leave no room for the line.
 */
export function logNames(instances: readonly ScopeInstance[]): ReadonlyMap<string, string> {
  const short = instances.map((instance) =>
    instance.host === null
      ? instanceName(instance)
      : instanceName({ ...instance, host: label(instance.host) }),
  );
  const isClear = new Set(short).size === short.length;
  return new Map(
    instances.map((instance, place) => [
      instance.id,
      (isClear ? short[place] : undefined) ?? instanceName(instance),
    ]),
  );
}

function label(host: string): string {
  // An address has no domain.
  return /^[\d.:]+$/.test(host) ? host : (host.split('.')[0] ?? host);
}
