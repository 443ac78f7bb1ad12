import { randomUUID } from 'node:crypto';
import { pause, ServerRefusal } from '../../calls/index.ts';
import type { RouterMeasures } from '../../engine/router-protocol.ts';
import type { Measures } from './measures.ts';

/** How often the server is told, in milliseconds. */
const usualPeriod = 5_000;
/** The most counters of one report. */
const mostReported = 1_000;

/**
 * Tells the server what was counted, until `stop` aborts. A report that was not answered is sent again under its
 * sequence, so that nothing is counted twice; what comes together meanwhile waits in `measures`, which is bounded. One
 * that the server can make nothing of is given up: sent again for ever, it would hold up all that follow.
 */
export async function reportMeasures(parts: {
  readonly router: string;
  readonly measures: Measures;
  readonly send: (report: RouterMeasures) => Promise<void>;
  readonly stop: AbortSignal;
  /** The clock by which `measures` were counted, epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds between reports. Default 5 s. */
  readonly period?: number;
}): Promise<void> {
  const { router, measures, send, stop, now, period = usualPeriod } = parts;
  const run = randomUUID();
  let sequence = 0;
  let unanswered: RouterMeasures | undefined;
  while (!stop.aborted) {
    await pause(period, stop);
    // The last one, at the end, tells what would be lost with the process.
    do {
      unanswered ??= next();
      if (!unanswered) break;
      try {
        await send({ ...unanswered, sentAt: now() });
        unanswered = undefined;
      } catch (error) {
        if (!isMistaken(error)) break;
        unanswered = undefined;
      }
    } while (!stop.aborted);
  }

  function next(): RouterMeasures | undefined {
    const taken = measures.take(mostReported);
    if (taken.length === 0) return undefined;
    sequence += 1;
    return { router, run, sequence, measures: taken };
  }
}

/** The report itself is refused, as too large or malformed; a missing token or a busy server may be otherwise soon. */
function isMistaken(error: unknown): boolean {
  return error instanceof ServerRefusal && (error.status === 400 || error.status === 413);
}
