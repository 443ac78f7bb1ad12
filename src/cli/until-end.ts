import type { ApiClient } from './api-client.ts';
import type { ReceivedEvent } from './event-stream.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/** A server that restarts is back within seconds; after these tries in a row it is told as gone. */
const reconnections = 10;
const reconnectMilliseconds = 300;

/** Yields the events of a stream up to its event `end`, connecting again when it breaks off before that. */
export async function* untilEnd(
  api: ApiClient,
  connect: () => AsyncIterable<ReceivedEvent>,
): AsyncGenerator<ReceivedEvent> {
  for (let quiet = 1; quiet <= reconnections; quiet++) {
    try {
      for await (const event of connect()) {
        if (event.event === 'end') return;
        quiet = 0;
        yield event;
      }
    } catch (error) {
      // A connection that broke is tried again; what the server said clearly is not.
      if (error instanceof CommandError && error.exitCode !== exitCodes.unreachable) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectMilliseconds * (quiet + 1)));
  }
  throw new CommandError(
    exitCodes.unreachable,
    `The connection to ${api.url} broke, and no server answers there now; the rollout goes on`,
  );
}
