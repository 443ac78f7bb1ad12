import { useEffect, useRef, useState } from 'preact/hooks';
import type { RolloutView } from '../api.ts';
import { stateWord } from '../parts/index.ts';
import { countStates } from './tally.ts';

/** Says aloud how the deployment goes on: when its state changes, and how many hosts are done. */
export function Announcer({ rollout }: { rollout: RolloutView }) {
  const counts = countStates(rollout.stages.flatMap((stage) => stage.hostRuns));
  const hosts = counts.map(({ state, count }) => `${count} ${stateWord(state).toLowerCase()}`).join(', ');
  const now = `${stateWord(rollout.state)}. Hosts: ${hosts}.`;
  const before = useRef(now);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (before.current === now) return;
    before.current = now;
    // Changes of two hundred hosts come in bursts: only where they lead to is said.
    const timer = setTimeout(() => setSaid(now), 1000);
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
