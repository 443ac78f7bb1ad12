import type { DeploymentStatus, StatusInScope } from '../statuses.ts';

/** The live numbers of a rollout (contract nullplatform 3.2.1); `{}` until it starts. Keys that are not ours are kept. */
export interface StrategyData {
  readonly desired_switched_traffic?: number;
  readonly switched_traffic?: number;
  readonly amount_instances_to_wait?: number;
  readonly launched_instances?: number;
  readonly healthy_instances?: number;
}

/** What a rollout does for a deployment; the names are those of the action log (contract nullplatform 4.6). */
export type ActionSlug =
  | 'start-initial'
  | 'start-blue-green'
  | 'switch-traffic'
  | 'finalize-blue-green'
  | 'rollback-deployment'
  | 'delete-deployment';

/** One action: it is carried out by one rollout. */
export interface Action {
  readonly slug: ActionSlug;
  /** `switch-traffic`: the share of the new version in percent. */
  readonly traffic?: number;
  /** `rollback-deployment`, `delete-deployment`: the status that the deployment ends with. */
  readonly end?: 'cancelled' | 'rolled_back' | 'failed' | 'deleted';
  /** The requests go where the action wants them; what is left to do is only cleaning up. */
  readonly routed?: true;
}

/** What `decide` knows of a deployment. Times are epoch milliseconds. */
export interface DeploymentState {
  readonly status: DeploymentStatus;
  readonly statusInScope: StatusInScope;
  readonly strategy: 'initial' | 'blue_green' | 'canary';
  readonly data: StrategyData;
  /** When each status was entered last. */
  readonly startedAt: Readonly<Partial<Record<DeploymentStatus, number>>>;
  /** Under way; at most one (contract nullplatform 5.5). */
  readonly action: Action | null;
  /** What comes after it; a newer one takes its place. */
  readonly next: Action | null;
  /** Since when all requests go to the new version. */
  readonly switchedFullyAt: number | null;
  /** A person has moved the traffic: the strategy moves it no more, and goes on watching its rules. */
  readonly isByHand: boolean;
}

/** What happened to a deployment; `at` is epoch milliseconds. */
export type DeploymentEvent = { readonly at: number } & (
  | { readonly kind: 'created'; readonly approval: 'none' | 'asked' | 'denied' }
  | {
      readonly kind: 'patched';
      readonly status?: string;
      readonly desired?: number;
      readonly approved?: boolean;
    }
  | { readonly kind: 'reported'; readonly status?: DeploymentStatus; readonly data?: StrategyData }
  | { readonly kind: 'approval'; readonly outcome: 'executed' | 'denied' | 'cancelled' | 'expired' }
  | { readonly kind: 'instances'; readonly launched: number; readonly healthy: number }
  | { readonly kind: 'action-started'; readonly wanted: number }
  | { readonly kind: 'action-routed' }
  | { readonly kind: 'action-ended'; readonly succeeded: boolean; readonly why?: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'finalize-due'; readonly after: number }
  | { readonly kind: 'traffic-due'; readonly percentage: number }
  | { readonly kind: 'rule-broken'; readonly why: string }
  | { readonly kind: 'scope-gone' }
);

/** What follows from a decision; carried out in the unit that stores the state. */
export type DeploymentCommand =
  | { readonly do: 'run'; readonly action: Action }
  | { readonly do: 'cancel-action' }
  | { readonly do: 'cancel-approval' }
  | { readonly do: 'execute-approval' }
  | { readonly do: 'say'; readonly level: 'INFO' | 'WARNING' | 'ERROR'; readonly text: string }
  /** The first moment at which traffic may move, rules are looked at. */
  | { readonly do: 'follow-strategy' }
  /** A person moves the traffic from now on: whoever looks at the rollout learns that the strategy does not. */
  | { readonly do: 'leave-steps' }
  /** All requests go to the new version: end the rollout in a while if nobody does. */
  | { readonly do: 'finalize-later' }
  /** This deployment serves the scope from now on; the one before it is inactive and its instances are not wanted. */
  | { readonly do: 'activate' }
  /** Nobody serves the scope any more. */
  | { readonly do: 'deactivate' }
  /** Its own instances are not wanted any more; requests go to the version before it. */
  | { readonly do: 'retire' }
  /** Another deployment may begin in the scope. */
  | { readonly do: 'free-slot' };

/** The state afterwards and what follows, or why nothing happens (the message for the caller). */
export type Decision =
  | { readonly state: DeploymentState; readonly commands: readonly DeploymentCommand[] }
  | { readonly refused: string };

const inProgressStatuses: ReadonlySet<DeploymentStatus> = new Set([
  'creating_approval',
  'creating',
  'waiting_for_instances',
  'running',
  'finalizing',
  'cancelling',
  'rolling_back',
]);

/** Whether a deployment of this status holds its scope's slot (contract nullplatform 4.2). */
export function isInProgress(status: DeploymentStatus): boolean {
  return inProgressStatuses.has(status);
}

/** Every status there is (contract nullplatform 4.1). */
export const deploymentStatuses: readonly DeploymentStatus[] = [
  'creating_approval',
  'creating_approval_denied',
  'creating',
  'waiting_for_instances',
  'running',
  'finalizing',
  'finalized',
  'cancelling',
  'cancelled',
  'rolling_back',
  'rolled_back',
  'failed',
  'deleting',
  'deleted',
];
