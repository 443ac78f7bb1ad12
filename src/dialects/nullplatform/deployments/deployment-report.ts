import type { DeploymentStatus } from '../statuses.ts';
import { beginWaiting } from './action-begin.ts';
import { endAction, finish } from './action-end.ts';
import { type Action, type Decision, type DeploymentEvent, isInProgress } from './deployment-state.ts';
import type { Draft } from './draft.ts';

/**
 * What the report of an agent means that carries out the actions of a scope itself (contract nullplatform 3.3, 4.6): the
 * status that its action leads to ends the action. One that does not follow from the action under way is refused.
 */
export function decideReport(draft: Draft, event: DeploymentEvent & { kind: 'reported' }): Decision {
  const { status, data: { switched_traffic: share, ...counts } = {} } = event;
  if (share !== undefined && !takeShare(draft, share)) {
    return { refused: 'Invalid parameter: strategy_data.switched_traffic' };
  }
  if (status !== undefined && status !== draft.status) {
    const from = draft.status;
    if (!become(draft, status, counts.amount_instances_to_wait)) {
      return { refused: `Invalid status transition: ${from} -> ${status}` };
    }
  }
  draft.data(counts);
  return draft.decision;
}

/**
 * The share that the agent's router gives the new version now: on its way to where the action under way or the one behind
 * it moves it, or what is known already. A switch that has got there is over. False for what cannot be so.
 */
function takeShare(draft: Draft, share: number): boolean {
  const { action, next, data } = draft.state;
  const now = data.switched_traffic ?? 0;
  if (action?.slug === 'switch-traffic' && next?.slug === 'switch-traffic' && share === next.traffic) {
    // The agent went by the newest wish: what stood before it has no end of its own.
    draft.change({ action: next, next: null });
    endAction(draft, true, undefined);
    return true;
  }
  // An agent may turn round on its way, as soon as the newer wish is there.
  const ways = [now, ...[action, next].flatMap((each) => (each ? [targetOf(each)] : []))];
  if (share < Math.min(...ways) || share > Math.max(...ways)) return false;
  if (action?.slug === 'switch-traffic' && share === action.traffic) endAction(draft, true, undefined);
  else if (data.switched_traffic !== undefined) draft.data({ switched_traffic: share });
  return true;
}

function targetOf({ slug, traffic = 0 }: Action): number {
  if (slug === 'switch-traffic') return traffic;
  return slug === 'start-initial' || slug === 'finalize-blue-green' ? 100 : 0;
}

function become(draft: Draft, status: DeploymentStatus, wanted = 1): boolean {
  const { action, strategy } = draft.state;
  const isStart = action?.slug === 'start-initial' || action?.slug === 'start-blue-green';
  switch (status) {
    case 'waiting_for_instances':
      if (draft.status !== 'creating') return false;
      beginWaiting(draft, wanted);
      return true;
    case 'running':
      return isStart && succeed(draft, wanted);
    case 'finalized':
      return (
        ((isStart && strategy === 'initial') || action?.slug === 'finalize-blue-green') &&
        succeed(draft, wanted)
      );
    case 'cancelled':
    case 'rolled_back':
    case 'deleted':
      return action?.end === status && succeed(draft, wanted);
    case 'failed':
      return fail(draft);
    default:
      return false;
  }
}

function succeed(draft: Draft, wanted: number): true {
  // An agent may leave out what lies between.
  if (draft.status === 'creating') beginWaiting(draft, wanted);
  endAction(draft, true, undefined);
  return true;
}

/** The agent has cleaned up already: nothing more is ordered. */
function fail(draft: Draft): boolean {
  const { action } = draft.state;
  if (action?.end === 'deleted') {
    endAction(draft, false, 'The agent could not remove everything');
    return true;
  }
  if (!isInProgress(draft.status) || draft.status === 'creating_approval') return false;
  draft.say('ERROR', 'The agent reported a failure');
  finish(draft, 'failed');
  return true;
}
