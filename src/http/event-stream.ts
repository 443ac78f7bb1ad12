import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { isStillAllowed } from './guard.ts';

/** One event of a stream. `data` is sent as JSON. */
export interface StreamEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: unknown;
}

/**
 * A comment goes out so often when nothing else does, so that proxies keep the connection; and so often it is asked
 * whether who listens still may.
 */
const heartbeatMilliseconds = 20_000;

/**
 * Answers with Server-Sent Events, one for each yielded value, until `events` ends. Make `events` with
 * `callSignal(request, reply)`, so that it ends when the caller hangs up or the server closes; the route is
 * `background`. A slow reader slows `events` down. A caller whose session or grant has ended is told no more.
 */
export function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<StreamEvent>,
  heartbeat = heartbeatMilliseconds,
): FastifyReply {
  const stream = Readable.from(lines(events, heartbeat, () => isStillAllowed(reply.request)));
  stream.once('error', (error) => reply.log.warn({ err: error }, 'event stream broke'));
  return reply
    .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', 'x-content-type-options': 'nosniff' })
    .type('text/event-stream; charset=utf-8')
    .send(stream);
}

async function* lines(
  events: AsyncIterable<StreamEvent>,
  heartbeat: number,
  isAllowed: () => Promise<boolean>,
): AsyncGenerator<string, void> {
  const iterator = events[Symbol.asyncIterator]();
  let askedAt = performance.now();
  try {
    yield ': open\n\n';
    let next = iterator.next();
    for (;;) {
      const result = await orHeartbeat(next, heartbeat);
      if (performance.now() - askedAt >= heartbeat) {
        if (!(await isAllowed())) return;
        askedAt = performance.now();
      }
      if (result === 'heartbeat') {
        yield ':\n\n';
        continue;
      }
      if (result.done) return;
      yield line(result.value);
      next = iterator.next();
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  } finally {
    await iterator.return?.();
  }
}

async function orHeartbeat<T>(next: Promise<T>, milliseconds: number): Promise<T | 'heartbeat'> {
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<'heartbeat'>((resolve) => {
    timer = setTimeout(resolve, milliseconds, 'heartbeat').unref();
  });
  try {
    return await Promise.race([next, beat]);
  } finally {
    clearTimeout(timer);
  }
}

function line({ event, id, data }: StreamEvent): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
  return `${head}data: ${JSON.stringify(data)}\n\n`;
}
