import type { StreamEvent } from '../../../http/index.ts';
import type { Context } from '../context.ts';
import { type LogLine, logChange } from './log-lines.ts';

/** What is shown at first, and kept in mind of what was told. */
const shownLines = 1000;
/** A log is looked at this often; a large one costs reading, which takes a tenth of the time at most. */
const lookMilliseconds = 1000;
const pauseFactor = 10;

/** Events `log`: the end of the log, then what changed of it (`LogChange`), until `signal` aborts. Throws what `load` throws. */
export async function* logEvents(
  context: Pick<Context, 'parts'>,
  load: (limit: number) => Promise<LogLine[]>,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let told: readonly LogLine[] | undefined;
  while (!signal.aborted) {
    const began = performance.now();
    const lines = await load(shownLines);
    const change = logChange(told ?? [], lines);
    const isNews = told === undefined || change.lines.length > 0 || change.kept < lines.length;
    if (isNews) yield { event: 'log', data: change };
    told = lines;
    await pause(context, Math.max(lookMilliseconds, pauseFactor * (performance.now() - began)), signal);
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
