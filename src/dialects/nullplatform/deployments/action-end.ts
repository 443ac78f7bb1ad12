import type { DeploymentStatus } from '../statuses.ts';
import { orderTraffic, undo } from './deployment-patch.ts';
import type { Action } from './deployment-state.ts';
import type { Draft } from './draft.ts';

/** What the end of an action means (contract nullplatform 4.6). `why` is for people. */
export function endAction(draft: Draft, succeeded: boolean, why: string | undefined): void {
  const { action } = draft.state;
  if (!action) return;
  draft.change({ action: null });
  switch (action.slug) {
    case 'start-initial':
    case 'start-blue-green':
      endStart(draft, succeeded, why);
      break;
    case 'switch-traffic':
      endSwitch(draft, action, succeeded, why);
      break;
    case 'finalize-blue-green':
      endFinalize(draft, succeeded || action.routed === true, why);
      break;
    case 'rollback-deployment':
    case 'delete-deployment':
      endUndo(draft, action, succeeded || action.routed === true, why);
      break;
  }
}

function runNext(draft: Draft): boolean {
  const { next } = draft.state;
  if (!next) return false;
  draft.change({ next: null });
  draft.order(next);
  return true;
}

function endStart(draft: Draft, succeeded: boolean, why: string | undefined): void {
  if (runNext(draft)) return;
  if (!succeeded) {
    draft.say('ERROR', why ?? 'The instances could not be started');
    draft.order({ slug: 'delete-deployment', end: 'failed' });
    return;
  }
  draft.enter('running');
  if (draft.state.strategy === 'initial') {
    draft.data({ desired_switched_traffic: 100, switched_traffic: 100 });
    serve(draft);
    return;
  }
  const desired = draft.state.data.desired_switched_traffic ?? 0;
  draft.command({ do: 'follow-strategy' });
  if (desired > 0) orderTraffic(draft, desired, 'The wish stored before');
}

function endSwitch(draft: Draft, action: Action, succeeded: boolean, why: string | undefined): void {
  const traffic = action.traffic ?? 0;
  if (succeeded) {
    draft.data({ switched_traffic: traffic });
    draft.say('INFO', `${traffic} % of the traffic goes to this deployment`);
    const { switchedFullyAt } = draft.state;
    if (traffic < 100) draft.change({ switchedFullyAt: null });
    else if (switchedFullyAt === null) {
      draft.change({ switchedFullyAt: draft.at });
      draft.command({ do: 'finalize-later' });
    }
  }
  const { next } = draft.state;
  if (next?.slug === 'switch-traffic' && succeeded && next.traffic === traffic) {
    draft.change({ next: null });
    return;
  }
  if (runNext(draft) || succeeded || draft.status !== 'running') return;
  draft.say('ERROR', why ?? 'The traffic could not be moved');
  undo(draft, 'rolling_back');
}

function endFinalize(draft: Draft, done: boolean, why: string | undefined): void {
  if (done) {
    draft.data({ switched_traffic: 100, desired_switched_traffic: 100 });
    serve(draft);
    return;
  }
  draft.say('ERROR', why ?? 'The traffic could not be moved; the old version is kept');
  finish(draft, 'failed');
}

function endUndo(draft: Draft, action: Action, done: boolean, why: string | undefined): void {
  if (!done) draft.say('ERROR', why ?? 'The traffic could not be moved back by the routers');
  const end = action.end ?? 'failed';
  if (end === 'deleted') {
    // What could not be stopped now is stopped by its agent as soon as it is heard.
    draft.command({ do: 'deactivate' });
    finish(draft, 'deleted');
  } else finish(draft, done ? end : 'failed');
}

function serve(draft: Draft): void {
  draft.enter('finalized');
  draft.change({ statusInScope: 'active', next: null });
  draft.command({ do: 'activate' });
  draft.command({ do: 'free-slot' });
}

/** Ends a deployment that does not serve its scope. */
export function finish(draft: Draft, status: DeploymentStatus): void {
  draft.enter(status);
  draft.command({ do: 'retire' });
  draft.leave();
}
