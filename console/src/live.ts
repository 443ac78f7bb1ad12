import { useEffect, useRef, useState } from 'preact/hooks';
import { mayPass, type Problem, problemOf } from './request.ts';
import { visible } from './surroundings.ts';

/** What a page shows of something that changes. */
export interface Live<T> {
  /** The newest that came; stays while newer is asked for or the server is away. */
  readonly data: T | undefined;
  /** Why the newest try failed; undefined again once one succeeds. */
  readonly problem: Problem | undefined;
  /** Tries again at once. */
  readonly refresh: () => void;
}

/**
 * Runs `follow` while the page is seen, and again after failures that may pass, with growing pauses. `follow` gives
 * what it gets to `show` and resolves when there is nothing more to come. `key` names what is followed: another key
 * drops what is shown.
 */
export function useLive<T>(
  key: string,
  follow: (show: (data: T) => void, signal: AbortSignal) => Promise<void>,
): Live<T> {
  const [state, setState] = useState<{ key: string; data?: T; problem?: Problem | undefined }>({ key });
  const [round, setRound] = useState(0);
  const newest = useRef(follow);
  newest.current = follow;
  const seen = visible.value;

  useEffect(() => {
    if (!seen) return;
    const stop = new AbortController();
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (data: T) => {
      failures = 0;
      if (!stop.signal.aborted) setState({ key, data });
    };
    const run = () => {
      newest.current(show, stop.signal).catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const problem = problemOf(error);
        setState((before) => (before.key === key ? { ...before, problem } : { key, problem }));
        if (!mayPass(problem)) return;
        failures += 1;
        timer = setTimeout(run, Math.min(15_000, 500 * 2 ** failures));
      });
    };
    run();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, seen, round]);

  const shown = state.key === key ? state : undefined;
  return { data: shown?.data, problem: shown?.problem, refresh: () => setRound((value) => value + 1) };
}

/** `useLive` for what has to be asked for again and again, `every` so many milliseconds. */
export function usePolled<T>(key: string, every: number, load: (signal: AbortSignal) => Promise<T>): Live<T> {
  return useLive<T>(key, async (show, signal) => {
    while (!signal.aborted) {
      show(await load(signal));
      await pause(every, signal);
    }
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
