import type { RolloutView } from '../engine/index.ts';
import type { ApiClient } from './api-client.ts';
import { readEvents } from './event-stream.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { untilEnd } from './until-end.ts';

/** Yields the rollout now and after every change until it has ended, also across restarts of the server. */
export async function* followRollout(api: ApiClient, id: string): AsyncGenerator<RolloutView> {
  const connect = async function* () {
    const answer = await api.open(`/rollouts/${encodeURIComponent(id)}/events`);
    yield* readEvents(answer.body as unknown as AsyncIterable<Uint8Array>);
  };
  for await (const { event, data } of untilEnd(api, connect))
    if (event === 'rollout') yield data as RolloutView;
}

/** Throws the exit status for a rollout that did not succeed. */
export function requireSuccess(rollout: RolloutView): void {
  if (rollout.state === 'succeeded') return;
  const reason = rollout.reasonText ? `: ${rollout.reasonText}` : '';
  throw new CommandError(exitCodes.rolloutFailed, `The rollout ended ${rollout.state}${reason}`);
}
