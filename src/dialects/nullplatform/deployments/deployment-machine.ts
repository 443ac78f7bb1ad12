import type { DeploymentStatus } from '../statuses.ts';
import { beginWaiting } from './action-begin.ts';
import { endAction } from './action-end.ts';
import { decidePatch, orderTraffic, undo } from './deployment-patch.ts';
import { decideReport } from './deployment-report.ts';
import type { Decision, DeploymentEvent, DeploymentState } from './deployment-state.ts';
import { Draft } from './draft.ts';

/**
 * What happens next to a deployment (contract nullplatform 4.1 to 4.6, 5.3, 5.5, 5.6): pure, every rule of status,
 * order and failure is here and in the two files beside it. An event that means nothing in the status changes nothing.
 */
export function decide(state: DeploymentState, event: DeploymentEvent): Decision {
  const draft = new Draft(state, event.at);
  switch (event.kind) {
    case 'created':
      create(draft, event.approval);
      break;
    case 'patched':
      return decidePatch(draft, event);
    case 'reported':
      return decideReport(draft, event);
    case 'approval':
      decideApproval(draft, event.outcome);
      break;
    case 'instances':
      countInstances(draft, event.launched, event.healthy);
      break;
    case 'action-started':
      beginWaiting(draft, event.wanted);
      break;
    case 'action-routed':
      markRouted(draft);
      break;
    case 'action-ended':
      endAction(draft, event.succeeded, event.why);
      break;
    case 'expired':
      expire(draft);
      break;
    case 'finalize-due':
      finalizeWhenDue(draft, event.after);
      break;
    case 'traffic-due':
      if (draft.status === 'running' && !draft.state.isByHand) {
        orderTraffic(draft, event.percentage, 'The strategy');
      }
      break;
    case 'rule-broken':
      if (draft.status === 'running') {
        draft.say('ERROR', event.why);
        undo(draft, 'rolling_back');
      }
      break;
    case 'scope-gone':
      if (draft.status === 'finalized' && draft.state.statusInScope === 'active') {
        draft.enter('deleting');
        draft.order({ slug: 'delete-deployment', end: 'deleted' });
      }
      break;
  }
  return draft.decision;
}

function create(draft: Draft, approval: 'none' | 'asked' | 'denied'): void {
  if (approval === 'asked') draft.enter('creating_approval', 'Waits for an approval');
  else if (approval === 'denied') end(draft, 'creating_approval_denied', 'A policy denies this deployment');
  else start(draft);
}

function start(draft: Draft): void {
  draft.enter('creating');
  draft.order({ slug: draft.state.strategy === 'initial' ? 'start-initial' : 'start-blue-green' });
}

function decideApproval(draft: Draft, outcome: 'executed' | 'denied' | 'cancelled' | 'expired'): void {
  if (draft.status !== 'creating_approval') return;
  if (outcome === 'executed') start(draft);
  else if (outcome === 'cancelled') end(draft, 'cancelled', 'The approval was cancelled');
  else {
    const text = outcome === 'denied' ? 'The approval was denied' : 'Nobody approved in time';
    end(draft, 'creating_approval_denied', text);
  }
}

function end(draft: Draft, status: DeploymentStatus, text: string): void {
  draft.enter(status, text);
  draft.leave();
}

function countInstances(draft: Draft, launched: number, healthy: number): void {
  if (draft.state.data.amount_instances_to_wait === undefined) return;
  draft.data({ launched_instances: launched, healthy_instances: healthy });
}

function markRouted(draft: Draft): void {
  const { action } = draft.state;
  if (!action || action.routed) return;
  if (action.slug === 'finalize-blue-green') {
    draft.data({ switched_traffic: 100, desired_switched_traffic: 100 });
    draft.say('INFO', 'All requests go to this deployment; the old instances are stopped now');
  } else if (action.slug === 'rollback-deployment' || action.slug === 'delete-deployment') {
    if (draft.state.data.switched_traffic !== undefined) {
      draft.data({ switched_traffic: 0, desired_switched_traffic: 0 });
    }
  } else return;
  draft.change({ action: { ...action, routed: true } });
}

function expire(draft: Draft): void {
  const text = 'Nobody ended this deployment in time';
  if (draft.status === 'creating_approval') {
    draft.command({ do: 'cancel-approval' });
    end(draft, 'cancelled', text);
  } else if (draft.status === 'creating' || draft.status === 'waiting_for_instances') {
    draft.say('WARNING', text);
    undo(draft, 'cancelling');
  } else if (draft.status === 'running') {
    draft.say('WARNING', text);
    undo(draft, 'rolling_back');
  }
}

function finalizeWhenDue(draft: Draft, after: number): void {
  const { switchedFullyAt, data } = draft.state;
  if (draft.status !== 'running' || data.switched_traffic !== 100 || switchedFullyAt === null) return;
  if (draft.at < switchedFullyAt + after) return;
  draft.say('INFO', 'All requests have gone to this deployment for long: the platform finalizes it');
  draft.enter('finalizing');
  draft.order({ slug: 'finalize-blue-green' });
}
