import { useEffect, useRef, useState } from 'preact/hooks';
import { type ImageFile, type Job, type Preview, preview } from '../image-api.ts';
import { folderOf } from '../library/index.ts';
import { useLive } from '../live.ts';
import { type Problem, problemOf } from '../request.ts';
import { samplesIn } from './sample.ts';

/** How long the form rests before its jobs are tried, in milliseconds. */
const rest = 350;

/** A recipe on a sample. */
export interface Trial {
  /** Pictures to choose from; undefined while they are looked for. */
  readonly samples: readonly ImageFile[] | undefined;
  /** The path of the one that is tried; empty for none. */
  readonly sample: string;
  readonly choose: (path: string) => void;
  /** The newest result that came, also while a newer one is being made. */
  readonly result: Preview | undefined;
  readonly isBusy: boolean;
  /** Why the newest jobs made nothing. */
  readonly problem: Problem | undefined;
}

/** Tries jobs on a sample whenever either changes and then rests; only the newest try counts. */
export function usePreview(service: string, wanted: string, jobs: readonly Job[]): Trial {
  const [chosen, setChosen] = useState(wanted);
  const [state, setState] = useState<{ key: string; result?: Preview | undefined; problem?: Problem }>({
    key: '',
  });
  const samples = useLive<readonly ImageFile[]>(`samples ${service} ${wanted}`, async (show, signal) => {
    show(await samplesIn(service, wanted === '' ? '/' : folderOf(wanted), signal));
  });
  const sample = chosen === '' ? (samples.data?.[0]?.path ?? '') : chosen;
  const key = JSON.stringify([sample, jobs]);
  const newest = useRef(jobs);
  newest.current = jobs;
  const isIdle = sample === '' || jobs.length === 0;

  useEffect(() => {
    if (isIdle) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const result = await preview(service, sample, newest.current, stop.signal);
        setState({ key, result });
      } catch (error) {
        if (stop.signal.aborted) return;
        setState(({ result }) => ({ key, result, problem: problemOf(error) }));
      }
    }, rest);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key]);

  return {
    samples: samples.data,
    sample,
    choose: setChosen,
    result: isIdle ? undefined : state.result,
    isBusy: !isIdle && state.key !== key,
    problem: samples.problem ?? (isIdle || state.key !== key ? undefined : state.problem),
  };
}
