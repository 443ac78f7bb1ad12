import type { RolloutView } from '../engine/index.ts';
import type { ApiClient } from './api-client.ts';
import { readEvents } from './event-stream.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

const ends = new Set(['succeeded', 'failed', 'cancelled']);

/** Whether nothing more happens to the rollout. */
export function hasEnded({ state }: RolloutView): boolean {
  return ends.has(state);
}

/** Yields the rollout now and after every change until it has ended; connects again when the server restarts. */
export async function* followRollout(
  api: ApiClient,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<RolloutView> {
  let quiet = 0;
  while (quiet < reconnections) {
    quiet++;
    try {
      const answer = await api.open(`/rollouts/${encodeURIComponent(id)}/events`, signal);
      for await (const { event, data } of readEvents(answer.body as unknown as AsyncIterable<Uint8Array>)) {
        if (event !== 'rollout') continue;
        quiet = 0;
        const view = data as RolloutView;
        yield view;
        if (hasEnded(view)) return;
      }
    } catch (error) {
      const isTransient = !(error instanceof CommandError) || error.exitCode === exitCodes.unreachable;
      if (signal?.aborted || !isTransient) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectMilliseconds * quiet));
  }
  throw new CommandError(
    exitCodes.unreachable,
    `The connection to ${api.url} broke, and no server answers there now; the rollout ${id} goes on`,
  );
}

/** A server that restarts is back within seconds; after these tries it is told as gone. */
const reconnections = 10;
const reconnectMilliseconds = 300;

/** Throws the exit status for a rollout that did not succeed. */
export function requireSuccess(rollout: RolloutView): void {
  if (rollout.state === 'succeeded') return;
  const reason = rollout.reasonText ? `: ${rollout.reasonText}` : '';
  throw new CommandError(exitCodes.rolloutFailed, `The rollout ended ${rollout.state}${reason}`);
}
