import type { StreamEvent } from '../../../http/index.ts';
import type { Context } from '../context.ts';
import { type LogLine, logChange } from './log-lines.ts';

/** What is shown at first, and kept in mind of what was told. */
export const shownLines = 1000;
/** A log is looked at this often. */
const lookMilliseconds = 1000;

/**
 * Events `log`: `first`, the end of the log, then what has changed of it (`LogChange`), until `signal` aborts. Throws
 * what `load` throws.
 */
export async function* logEvents(
  context: Pick<Context, 'parts'>,
  first: readonly LogLine[],
  load: () => Promise<readonly LogLine[]>,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  yield { event: 'log', data: logChange([], first) };
  let told = first;
  for (;;) {
    await pause(context, lookMilliseconds, signal);
    if (signal.aborted) return;
    const lines = await load();
    // What others asked for a moment ago, and was told already.
    if (lines === told) continue;
    const change = logChange(told, lines);
    if (change.lines.length > 0 || change.dropped > 0 || change.kept < told.length)
      yield { event: 'log', data: change };
    told = lines;
  }
}

function pause({ parts }: Pick<Context, 'parts'>, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = parts.clock.after(milliseconds, end);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
