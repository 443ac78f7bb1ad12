import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { followOutput, type OutputReference } from '../api.ts';
import { bytes } from '../bytes.ts';
import { useLive } from '../live.ts';
import { ProblemNotice, useFollowedEnd } from '../parts/index.ts';
import { createScreen, type Screen } from './screen.ts';

interface OutputScreenProps {
  readonly reference: OutputReference;
  readonly started: boolean;
  readonly ended: boolean;
  /** Ended without a byte. */
  readonly quiet: boolean;
  /** Stays at the newest line. */
  readonly pinned: boolean;
  readonly wrapped: boolean;
  readonly unpin: (pinned: boolean) => void;
  /** Where the panel finds the text that is shown. */
  readonly text: RefObject<() => string>;
}

/** The black screen: one stream of one step, from its kept begin to its end. Made anew for every stream. */
export function OutputScreen({
  reference,
  started,
  ended,
  quiet,
  pinned,
  wrapped,
  unpin,
  text,
}: OutputScreenProps) {
  const lines = useRef<HTMLPreElement>(null);
  const screen = useRef<Screen>(undefined);
  const next = useRef(0);
  const [cut, setCut] = useState(0);

  const key = `${started} ${reference.hostRunId} ${reference.stepIndex} ${reference.stream}`;
  const live = useLive<number>(key, async (show, signal) => {
    if (!started) return;
    for await (const piece of followOutput(reference, next.current, signal)) {
      // After a pause or a break the kept begin may have moved on; what was there before stays on the screen.
      if (piece.offset + piece.bytes.length <= next.current || lines.current === null) continue;
      if (screen.current === undefined) {
        screen.current = createScreen(lines.current, piece.offset > 0);
        setCut(piece.offset);
      }
      screen.current.write(piece.bytes.subarray(Math.max(0, next.current - piece.offset)));
      next.current = piece.offset + piece.bytes.length;
      show(next.current);
    }
  });

  useEffect(() => {
    text.current = () => screen.current?.text() ?? '';
  }, []);
  const { place, scrolled } = useFollowedEnd(pinned, unpin, [wrapped, live.data]);

  return (
    <div
      class="screen"
      ref={place}
      onScroll={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys; not every browser sees to it
      tabIndex={0}
      role="log"
      aria-live={pinned && !ended ? 'polite' : 'off'}
      aria-label="Lines"
    >
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      {cut > 0 && (
        <p class="screen-note">
          The first {bytes(cut)} are not kept: a task keeps the last 1 MiB of each stream.
        </p>
      )}
      <pre ref={lines} class={wrapped ? 'wrapped' : ''} />
      {!started && <p class="screen-note">{ended ? 'This task did not run.' : 'This task has not begun.'}</p>}
      {started && quiet && <p class="screen-note">Nothing was written here.</p>}
      {started && !ended && live.data === undefined && <p class="screen-note">Nothing written yet.</p>}
    </div>
  );
}
