import type { DeploymentStatus } from '../statuses.ts';
import { beginWaiting } from './action-begin.ts';
import { endAction, finish } from './action-end.ts';
import { type Decision, type DeploymentEvent, isInProgress } from './deployment-state.ts';
import type { Draft } from './draft.ts';

/**
 * What the report of an agent means that carries out the actions of a scope itself (contract nullplatform 3.3, 4.6): the
 * status that its action leads to ends the action. One that does not follow from the action under way is refused.
 */
export function decideReport(draft: Draft, event: DeploymentEvent & { kind: 'reported' }): Decision {
  const { status, data = {} } = event;
  const { action } = draft.state;
  if (action?.slug === 'switch-traffic' && data.switched_traffic === action.traffic)
    endAction(draft, true, undefined);
  if (status !== undefined && status !== draft.status) {
    const from = draft.status;
    if (!become(draft, status, data.amount_instances_to_wait)) {
      return { refused: `Invalid status transition: ${from} -> ${status}` };
    }
  }
  draft.data(data);
  return draft.decision;
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
