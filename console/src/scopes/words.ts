import type { Approval, Guidance, ScopeInstance, ScopeView, Version } from '../scope-api.ts';
import type { DeploymentStep } from '../scope-deployment-api.ts';

/** A state in words, and the tone of its colour (`parts/status.css`), which never stands alone. */
export interface Words {
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'busy' | 'soft';
}

const statuses: Readonly<Record<string, Words>> = {
  creating_approval: { word: 'Waits for approval', tone: 'warn' },
  creating_approval_denied: { word: 'Denied', tone: 'bad' },
  creating: { word: 'Starting', tone: 'busy' },
  waiting_for_instances: { word: 'Waits for instances', tone: 'busy' },
  running: { word: 'Running', tone: 'busy' },
  finalizing: { word: 'Finalising', tone: 'busy' },
  finalized: { word: 'Finalised', tone: 'good' },
  cancelling: { word: 'Cancelling', tone: 'warn' },
  cancelled: { word: 'Cancelled', tone: 'warn' },
  rolling_back: { word: 'Rolling back', tone: 'warn' },
  rolled_back: { word: 'Rolled back', tone: 'warn' },
  failed: { word: 'Failed', tone: 'bad' },
  deleting: { word: 'Deleting', tone: 'warn' },
  deleted: { word: 'Deleted', tone: 'soft' },
};

/** Where a deployment stands. */
export function deploymentWords(status: string): Words {
  return statuses[status] ?? { word: plain(status), tone: 'soft' };
}

/** Where a scope stands. */
export function scopeWords(status: string): Words {
  if (status === 'active') return { word: 'Active', tone: 'good' };
  if (status === 'failed' || status === 'unhealthy') return { word: plain(status), tone: 'bad' };
  return { word: plain(status), tone: status === 'stopped' ? 'soft' : 'busy' };
}

/** Whether nobody can say how an instance is: its host is not heard, and it had not ended before. */
export function isUnknown({ state, isHostDown }: Pick<ScopeInstance, 'state' | 'isHostDown'>): boolean {
  return isHostDown && state !== 'stopped' && state !== 'lost';
}

/** How an instance is. */
export function instanceWords(instance: Pick<ScopeInstance, 'state' | 'healthy' | 'isHostDown'>): Words {
  const { state, healthy } = instance;
  if (isUnknown(instance)) return { word: 'Not known', tone: 'warn' };
  if (state === 'running') {
    return healthy ? { word: 'Healthy', tone: 'good' } : { word: 'Not healthy', tone: 'bad' };
  }
  if (state === 'backing-off') return { word: 'Starts again soon', tone: 'warn' };
  if (state === 'crash-loop') return { word: 'Ends again and again', tone: 'bad' };
  if (state === 'lost') return { word: 'Lost', tone: 'bad' };
  return { word: plain(state), tone: state === 'starting' ? 'busy' : 'soft' };
}

/** What a deployment goes by, as people read it: its way of moving traffic, and the plan that moves it. */
export function strategyWords({ strategy }: Pick<Version, 'strategy'>, guidance: Guidance | null): string {
  if (strategy === 'initial') return 'First version: takes all traffic';
  const plan = guidance?.plan;
  if (plan) return `Traffic moves by the strategy ${plan}`;
  return `${strategy === 'canary' ? 'Canary' : 'Blue-green'}: traffic moves by hand`;
}

/** How the approval of a deployment stands. */
export function approvalWords({ status, executionStatus }: Approval): string {
  const waits = executionStatus === 'pending' && /approved/.test(status);
  return waits ? `${plain(status)}, not started yet` : plain(status);
}

/** Why a scope shows no instances. */
export function noInstancesWords({
  active,
  inProgress,
  hosts,
  type,
}: Pick<ScopeView, 'active' | 'inProgress' | 'hosts' | 'type'>): string {
  if (active === null && inProgress === null) return 'None run: nothing is deployed here.';
  if (hosts.length > 0 || type === 'web_pool_k8s') return 'None run.';
  return 'An agent of your own runs them, and tells only how many are healthy.';
}

const steps: Readonly<Record<string, string>> = {
  'start-initial': 'Start',
  'start-blue-green': 'Start beside the old version',
  'finalize-blue-green': 'Finalise',
  'rollback-deployment': 'Roll back',
  'delete-deployment': 'Delete',
};

/** What an action of a deployment does. */
export function stepWords({ slug, traffic }: Pick<DeploymentStep, 'slug' | 'traffic'>): string {
  if (slug === 'switch-traffic' && traffic !== null) return `Switch traffic to ${traffic} %`;
  return steps[slug] ?? plain(slug);
}

/** Where an action of a deployment stands. */
export function stepStateWords(status: string): Words {
  if (status === 'success') return { word: 'Done', tone: 'good' };
  if (status === 'failed') return { word: 'Failed', tone: 'bad' };
  return status === 'pending' ? { word: 'Waits', tone: 'soft' } : { word: 'Under way', tone: 'busy' };
}

/** What is wrong with an instance; undefined where nothing is, or nothing is known of it. */
export function troubleWords(
  instance: Pick<ScopeInstance, 'host' | 'isHostDown' | 'state' | 'healthy' | 'trouble'>,
): string | undefined {
  const { host, healthy, trouble } = instance;
  const known = healthy ? undefined : (trouble ?? undefined);
  if (!isUnknown(instance)) return known;
  const last = instanceWords({ ...instance, isHostDown: false }).word;
  return `The host ${host} is not heard. Last known: ${last}${known === undefined ? '' : `, ${known}`}`;
}

/** What an instance goes by: where it listens, or the name of its pod. */
export function instanceName({ id, isPod, host, port }: ScopeInstance): string {
  if (isPod || host === null) return id;
  return port === null ? host : `${host}:${port}`;
}

function plain(word: string): string {
  const text = word.replace(/[_-]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
