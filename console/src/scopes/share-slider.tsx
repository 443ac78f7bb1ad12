import { useEffect, useRef, useState } from 'preact/hooks';
import { type Problem, problemOf } from '../request.ts';
import type { Version } from '../scope-api.ts';
import { actInWords } from './act.ts';
import { type Mover, shareBy, stateOfShare } from './share.ts';

/** Keys are pressed several times to get somewhere: only where they lead to is sent. */
const keyPauseMilliseconds = 600;
/** What was sent is in the page's next news; when they show something else by then, that is what holds. */
const newsMilliseconds = 3000;

interface ShareSliderProps {
  readonly version: Version;
  /** The version that gets the other requests. */
  readonly old: Version;
  readonly mayDeploy: boolean;
}

/**
 * The share of the requests that goes to the new version. The handle is where somebody wants it, the fill where it
 * is; what is chosen is sent when the handle is let go, and Escape takes it back before.
 */
export function ShareSlider({ version, old, mayDeploy }: ShareSliderProps) {
  const [chosen, setChosen] = useState<number>();
  const [problem, setProblem] = useState<Problem>();
  const isMoving = useRef(false);
  const mover = useRef<Mover>('keys');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = (milliseconds: number, run: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, milliseconds);
  };
  const letGo = () => {
    isMoving.current = false;
    setChosen(undefined);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // What was sent has arrived, or somebody wants something else since: the handle goes there.
    if (!isMoving.current) setChosen(undefined);
  }, [version.desiredTraffic]);

  const send = async (traffic: number) => {
    isMoving.current = false;
    try {
      await actInWords(version.id, { action: 'switch', traffic });
      setProblem(undefined);
      // Somebody may have moved it again before this page heard of what it sent.
      if (!isMoving.current) later(newsMilliseconds, letGo);
    } catch (error) {
      setProblem(problemOf(error));
      if (!isMoving.current) letGo();
    }
  };

  const wanted = chosen ?? version.desiredTraffic;
  const enabled = mayDeploy && version.maySwitch;
  return (
    <div class="share">
      <div class="share-words">
        <span>
          <span class="share-number">{wanted} %</span> <span class="fixed">{version.semver}</span>{' '}
          <span class="soft">new</span>
        </span>
        <span>
          <span class="soft">old</span> <span class="fixed">{old.semver}</span>{' '}
          <span class="share-number">{100 - wanted} %</span>
        </span>
      </div>
      <div class="share-track">
        <span class="share-fill" aria-hidden="true" style={{ '--share': version.switchedTraffic }} />
        <input
          type="range"
          min={0}
          max={100}
          step={1}
          value={wanted}
          disabled={!enabled}
          aria-label={`Share of the requests that goes to ${version.semver}`}
          aria-valuetext={`${wanted} % to ${version.semver}, ${100 - wanted} % to ${old.semver}`}
          onPointerDown={({ pointerType }) => {
            mover.current = pointerType === 'touch' ? 'touch' : 'mouse';
          }}
          // No `change` tells of a handle that is let go where it was taken, or of a touch that turns into scrolling.
          onPointerUp={() => later(0, letGo)}
          onPointerCancel={() => later(0, letGo)}
          onKeyDown={({ key }) => {
            mover.current = 'keys';
            if (key !== 'Escape') return;
            clearTimeout(timer.current);
            letGo();
          }}
          onInput={({ currentTarget }) => {
            clearTimeout(timer.current);
            isMoving.current = true;
            setProblem(undefined);
            const share = shareBy(mover.current, currentTarget.valueAsNumber);
            currentTarget.value = String(share);
            setChosen(share);
          }}
          onChange={({ currentTarget }) => {
            const traffic = shareBy(mover.current, currentTarget.valueAsNumber);
            later(mover.current === 'keys' ? keyPauseMilliseconds : 0, () => void send(traffic));
          }}
        />
      </div>
      <p class="share-state soft">{stateOfShare(version, mayDeploy)}</p>
      {problem !== undefined && (
        <p class="notice bad" role="alert">
          <strong>Traffic was not moved.</strong> {problem.message}
        </p>
      )}
    </div>
  );
}
