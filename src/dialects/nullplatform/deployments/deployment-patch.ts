import type { DeploymentStatus } from '../statuses.ts';
import { type Decision, type DeploymentEvent, deploymentStatuses } from './deployment-state.ts';
import type { Draft } from './draft.ts';

const trafficPath = 'strategy_data.desired_switched_traffic';

/** What a user's PATCH means in the status that it meets (contract nullplatform 3.3, 4.3); atomic: all of it or nothing. */
export function decidePatch(draft: Draft, event: DeploymentEvent & { kind: 'patched' }): Decision {
  const { status, desired } = event;
  const refused = refusal(draft, event);
  if (refused !== undefined) return { refused };
  if (desired !== undefined) {
    // A change of status decides about the traffic by itself: only the wish is recorded.
    if (status === undefined || isRepeat(draft.status, status)) moveByHand(draft, desired);
    else draft.data({ desired_switched_traffic: desired });
  }
  if (status !== undefined && !isRepeat(draft.status, status)) changeStatus(draft, status);
  return draft.decision;
}

/** Whoever says how much, even what it is already, has the say from then on: no step of a strategy takes it back. */
function moveByHand(draft: Draft, desired: number): void {
  orderTraffic(draft, desired, 'A user');
  if (draft.state.isByHand) return;
  draft.change({ isByHand: true });
  draft.command({ do: 'leave-steps' });
}

/** The share of the new version: stored while instances are waited for, applied while the deployment runs. */
export function orderTraffic(draft: Draft, percentage: number, who: string): void {
  const { data, action, next } = draft.state;
  draft.data({ desired_switched_traffic: percentage });
  if (draft.status !== 'running') return;
  const underWay = action?.slug === 'switch-traffic' ? action.traffic : undefined;
  const target = next?.traffic ?? underWay ?? data.switched_traffic;
  if (target === percentage) return;
  draft.say('INFO', `${who} moves ${percentage} % of the traffic to this deployment`);
  if (underWay === percentage) draft.change({ next: null });
  else draft.order({ slug: 'switch-traffic', traffic: percentage });
}

/** Begins to undo a deployment: traffic goes back, its instances are removed. */
export function undo(draft: Draft, status: 'cancelling' | 'rolling_back'): void {
  const { strategy, action } = draft.state;
  const isRunning = draft.status === 'running' && strategy !== 'initial';
  const end = isRunning ? 'rolled_back' : 'cancelled';
  draft.enter(status);
  if (action?.slug === 'rollback-deployment' || action?.slug === 'delete-deployment') {
    // A failed start is being undone already; it only ends with another word.
    draft.change({ action: { ...action, end } });
    return;
  }
  draft.order({ slug: isRunning ? 'rollback-deployment' : 'delete-deployment', end });
  if (action?.slug === 'start-initial' || action?.slug === 'start-blue-green') {
    draft.command({ do: 'cancel-action' });
  }
}

function refusal(draft: Draft, event: DeploymentEvent & { kind: 'patched' }): string | undefined {
  const { status, desired } = event;
  if (status !== undefined) {
    if (!deploymentStatuses.includes(status as DeploymentStatus)) return `Invalid status: ${status}`;
    if (!isRepeat(draft.status, status) && !mayBecome(draft, status, event.approved ?? false)) {
      return `Invalid status transition: ${draft.status} -> ${status}`;
    }
  }
  if (desired !== undefined) {
    const isLive = draft.status === 'waiting_for_instances' || draft.status === 'running';
    if (draft.state.strategy === 'initial' || !isLive) return `Invalid parameter: ${trafficPath}`;
  }
  return undefined;
}

/** What a deployment is already, or is on its way to by the same wish: a retry changes nothing. */
function isRepeat(from: DeploymentStatus, to: string): boolean {
  if (from === to) return true;
  return (from === 'finalized' && to === 'finalizing') || (from === 'rolling_back' && to === 'cancelling');
}

function mayBecome(draft: Draft, to: string, approved: boolean): boolean {
  const from = draft.status;
  if (to === 'cancelling') {
    return ['creating_approval', 'creating', 'waiting_for_instances', 'running'].includes(from);
  }
  if (to === 'finalizing' || to === 'rolling_back') return from === 'running';
  return to === 'creating' && from === 'creating_approval' && approved;
}

function changeStatus(draft: Draft, to: string): void {
  if (to === 'creating') {
    draft.command({ do: 'execute-approval' });
  } else if (draft.status === 'creating_approval') {
    draft.command({ do: 'cancel-approval' });
    draft.enter('cancelling');
    draft.enter('cancelled');
    draft.leave();
  } else if (to === 'finalizing') {
    if (draft.state.strategy === 'initial') return;
    draft.enter('finalizing');
    draft.order({ slug: 'finalize-blue-green' });
  } else {
    undo(draft, draft.state.strategy === 'initial' || to === 'cancelling' ? 'cancelling' : 'rolling_back');
  }
}
