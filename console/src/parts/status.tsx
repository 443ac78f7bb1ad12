import type { ComponentChildren } from 'preact';
import type { HostRunState, RolloutState, StepRunState } from '../api.ts';

/** Every state that the console shows, of rollouts, host runs, steps and hosts. */
export type State = RolloutState | HostRunState | StepRunState | 'online' | 'offline';

interface Look {
  readonly word: string;
  /** Good, bad, busy, warn or soft: the colour, which never stands alone. */
  readonly tone: string;
  readonly shape: () => ComponentChildren;
}

const Ring = () => <circle cx="8" cy="8" r="6.25" class="stroke" />;
const Disc = () => <circle cx="8" cy="8" r="7" fill="currentColor" />;
const Line = ({ d }: { d: string }) => <path d={d} class="stroke" />;
const Cut = ({ d }: { d: string }) => <path d={d} class="cut" />;
const circled = (d: string) => () => [<Ring key="ring" />, <Line key="line" d={d} />];
const turning = () => (
  <g class="turning">
    <circle cx="8" cy="8" r="6.25" class="stroke faint" />
    <path d="M8 1.75A6.25 6.25 0 0 1 14.25 8" class="stroke" />
  </g>
);
const clock = circled('M8 4.5V8l2.3 1.8');
const slashed = circled('m3.7 12.3 8.6-8.6');

const looks: Readonly<Record<State, Look>> = {
  queued: { word: 'Queued', tone: 'soft', shape: clock },
  waiting: { word: 'Waiting', tone: 'soft', shape: clock },
  pending: {
    word: 'Pending',
    tone: 'soft',
    shape: () => <circle cx="8" cy="8" r="6.25" class="stroke dashed" />,
  },
  leased: {
    word: 'Starting',
    tone: 'busy',
    shape: () => [<Ring key="ring" />, <circle key="dot" cx="8" cy="8" r="2.5" fill="currentColor" />],
  },
  running: { word: 'Running', tone: 'busy', shape: turning },
  cancelling: { word: 'Stopping', tone: 'warn', shape: turning },
  failing: { word: 'Failing', tone: 'bad', shape: turning },
  succeeded: {
    word: 'Succeeded',
    tone: 'good',
    shape: () => [<Disc key="disc" />, <Cut key="cut" d="m4.8 8.2 2.2 2.2 4.3-4.6" />],
  },
  failed: {
    word: 'Failed',
    tone: 'bad',
    shape: () => [
      <path key="sign" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z" fill="currentColor" />,
      <Cut key="cut" d="m5.5 5.5 5 5m0-5-5 5" />,
    ],
  },
  cancelled: { word: 'Cancelled', tone: 'warn', shape: slashed },
  skipped: {
    word: 'Skipped',
    tone: 'soft',
    shape: circled('m5.2 5.2 2.8 2.8-2.8 2.8M8.6 5.2 11.4 8l-2.8 2.8'),
  },
  lost: {
    word: 'Lost',
    tone: 'bad',
    shape: circled('M6.1 6.3a1.9 1.9 0 1 1 2.8 1.7c-.6.3-.9.6-.9 1.3M8 11.3v.2'),
  },
  interrupted: { word: 'Interrupted', tone: 'bad', shape: circled('M8.7 3.8 6 8.5h4L7.3 12.2') },
  online: { word: 'Online', tone: 'good', shape: () => <Disc /> },
  offline: { word: 'Offline', tone: 'bad', shape: slashed },
};

/** The state as people read it: `Succeeded`. */
export function stateWord(state: State): string {
  return looks[state].word;
}

/** The shape and colour of a state, without a word: always stands beside one. */
export function StateIcon({ state }: { state: State }) {
  const { tone, shape } = looks[state];
  return (
    <svg class={`icon state-icon tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {shape()}
    </svg>
  );
}

/** A state as shape, colour and word. */
export function Status({ state, badge = false }: { state: State; badge?: boolean }) {
  const { word, tone } = looks[state];
  return (
    <span class={`status tone-${tone}${badge ? ' badge' : ''}`} data-state={state}>
      <StateIcon state={state} />
      {word}
    </span>
  );
}
