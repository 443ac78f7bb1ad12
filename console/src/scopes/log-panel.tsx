import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Choice, Words } from '../parts/index.ts';
import { type DeploymentView, type LogWish, logAddress } from '../scope-deployment-api.ts';
import { inOrder, logNames } from './crowd.ts';
import { LogScreen } from './log-screen.tsx';

interface LogPanelProps {
  readonly deployment: DeploymentView;
  readonly wish: LogWish;
  /** Shows other lines; the address of the page says which. */
  readonly choose: (part: Partial<LogWish>) => void;
}

/** What the instances of a deployment write: followed while they run, as it was kept afterwards. */
export function LogPanel({ deployment, wish, choose }: LogPanelProps) {
  const { id, instances, semver } = deployment;
  const [isFollowing, setFollowing] = useState(true);
  const [isPaused, setPaused] = useState(false);
  const place = useBroughtIntoSight(wish.instance);
  const names = logNames(inOrder(instances));
  const options: Record<string, string> = { '': 'All instances', ...Object.fromEntries(names) };
  // One that is not remembered any more stays chosen: its lines are what the address asks for.
  if (wish.instance !== '') options[wish.instance] ??= wish.instance;
  return (
    <section class="output log" ref={place} aria-labelledby="log-title">
      <header class="output-head">
        <h2 id="log-title">Log</h2>
      </header>
      <div class="output-bar">
        <search class="log-wish" aria-label="Lines">
          <form onSubmit={(event) => event.preventDefault()}>
            <Choice
              label="Instance"
              value={wish.instance}
              set={(instance) => choose({ instance })}
              options={options}
            />
            <Words
              label="Find"
              value={wish.find}
              placeholder="Part of a line"
              set={(find) => choose({ find })}
            />
          </form>
        </search>
        <fieldset class="output-tools">
          <legend class="unseen">Log</legend>
          <button
            type="button"
            class="button small"
            aria-pressed={isFollowing}
            onClick={() => setFollowing(!isFollowing)}
          >
            Follow
          </button>
          <button
            type="button"
            class="button small"
            aria-pressed={isPaused}
            onClick={() => setPaused(!isPaused)}
          >
            Pause
          </button>
          <a
            class="button small"
            href={logAddress(id, wish)}
            download={fileName(semver, names.get(wish.instance) ?? wish.instance)}
          >
            Download
          </a>
        </fieldset>
      </div>
      <LogScreen
        // Other lines, another screen.
        key={`${id} ${wish.instance} ${wish.find}`}
        deploymentId={id}
        wish={wish}
        names={names}
        isFollowing={isFollowing}
        follow={setFollowing}
        isPaused={isPaused}
      />
    </section>
  );
}

/** Brings the log of an instance into sight when its link was followed, on this page or from another one. */
function useBroughtIntoSight(instance: string): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    const block = isFirst.current ? 'start' : 'nearest';
    isFirst.current = false;
    if (instance !== '') place.current?.scrollIntoView({ block });
  }, [instance]);
  return place;
}

function fileName(...parts: readonly string[]): string {
  const name = parts.filter((part) => part !== '').join('-');
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.log`;
}
