import type { Draft } from './draft.ts';

/** The start is under way: numbers exist from now on (contract nullplatform 3.2.1). */
export function beginWaiting(draft: Draft, wanted: number): void {
  if (draft.status !== 'creating') return;
  const { desired_switched_traffic: desired = 0 } = draft.state.data;
  draft.data({
    desired_switched_traffic: draft.state.strategy === 'initial' ? 0 : desired,
    switched_traffic: 0,
    amount_instances_to_wait: wanted,
    launched_instances: 0,
    healthy_instances: 0,
  });
  draft.enter('waiting_for_instances');
}
