import type { StreamEvent } from '../../../http/index.ts';
import type { Context } from '../context.ts';
import { onScopeChange } from '../deployments/news.ts';

/** Changes of measures and of pods are no news of a scope: a stream looks for them this often. */
const lookMilliseconds = 5000;

/** What a stream of a page tells: `event` with what `load` answers now, after every change of the scope, and later. */
export interface FollowedPage {
  readonly event: string;
  readonly scopeId: number;
  readonly load: () => Promise<object>;
}

/** The page now and whenever it has become another one, until `signal` aborts. Throws what `load` throws. */
export async function* pageEvents(
  context: Context,
  { event, scopeId, load }: FollowedPage,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let changed = true;
  let wake = () => {};
  const tell = () => {
    changed = true;
    wake();
  };
  const stopListening = onScopeChange(context, (changedId) => {
    if (changedId === undefined || changedId === scopeId) tell();
  });
  signal.addEventListener('abort', tell, { once: true });
  let last = '';
  try {
    while (!signal.aborted) {
      changed = false;
      const page = await load();
      const text = JSON.stringify(page);
      if (text !== last) yield { event, data: page };
      last = text;
      if (changed || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const cancel = context.parts.clock.after(lookMilliseconds, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  } finally {
    stopListening();
  }
}
