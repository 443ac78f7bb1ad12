import { useState } from 'preact/hooks';
import { useLive } from '../live.ts';
import { clockTime, fullMoment } from '../moment.ts';
import { ProblemNotice, useFollowedEnd } from '../parts/index.ts';
import { type LogLine, type LogWish, watchLog } from '../scope-deployment-api.ts';
import { afterChange, piecesOf } from './log.ts';

interface LogScreenProps {
  readonly deploymentId: number;
  readonly wish: LogWish;
  /** What instances go by. */
  readonly names: ReadonlyMap<string, string>;
  /** Stays at the newest line. */
  readonly isFollowing: boolean;
  readonly follow: (isFollowing: boolean) => void;
  /** Nothing new is shown until it is let go. */
  readonly isPaused: boolean;
}

/** The lines of a log, live unless paused. Made anew for every wish. */
export function LogScreen({ deploymentId, wish, names, isFollowing, follow, isPaused }: LogScreenProps) {
  const [lines, setLines] = useState<readonly LogLine[]>();
  const live = useLive<void>(`${deploymentId} ${isPaused}`, async (show, signal) => {
    if (isPaused) return;
    // A stream begins with the whole end of the log: what was shown before a break is told again.
    let told: readonly LogLine[] = [];
    for await (const change of watchLog(deploymentId, wish, signal)) {
      // What had come when it was paused is told again.
      if (signal.aborted) return;
      told = afterChange(told, change);
      setLines(told);
      show();
    }
  });

  const { place, scrolled } = useFollowedEnd(isFollowing, follow, [lines]);

  return (
    <div
      class="screen"
      ref={place}
      onScroll={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys; not every browser sees to it
      tabIndex={0}
      role="log"
      // A busy log would never let anybody finish listening; who looks for something hears what is found.
      aria-live={wish.find === '' ? 'off' : 'polite'}
      aria-label="Lines"
    >
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      {lines === undefined
        ? live.problem === undefined && <p class="screen-note">{isPaused ? 'Paused.' : 'Loading …'}</p>
        : lines.length === 0 && <p class="screen-note">{nothingWords(wish)}</p>}
      <ol class="log-lines">
        {lines?.map((line, index) => (
          <Line key={index} line={line} name={wish.instance === '' ? nameOf(line, names) : undefined} />
        ))}
      </ol>
    </div>
  );
}

function Line({ line, name }: { line: LogLine; name: string | undefined }) {
  return (
    <li class={line.stream === 'stderr' ? 'log-error' : undefined}>
      <time datetime={new Date(line.at).toISOString()} title={fullMoment(line.at)}>
        {clockTime(line.at)}
      </time>{' '}
      {name !== undefined && <span class="log-name">{name} </span>}
      {line.stream === 'stderr' && <span class="log-stream">err </span>}
      <span class="log-text">
        {piecesOf(line.text).map(({ text, look }, index) => (
          <span key={index} class={look}>
            {text}
          </span>
        ))}
      </span>
    </li>
  );
}

function nameOf({ instance }: LogLine, names: ReadonlyMap<string, string>): string {
  return names.get(instance) ?? instance;
}

function nothingWords({ instance, find }: LogWish): string {
  if (find !== '') return 'In no line that is kept does this stand.';
  return instance === ''
    ? 'Nothing is written here. What instances wrote is kept for a day after they ended.'
    : 'Nothing that this instance wrote is kept.';
}
