import { duration, machineDuration, runningDuration } from '../duration.ts';
import { fullMoment, nearMoment } from '../moment.ts';
import { now } from '../surroundings.ts';

/** A point in time, near (`5 min ago`) with the full one on hover, or in full. */
export function Moment({ at, inFull = false }: { at: number; inFull?: boolean }) {
  const full = fullMoment(at);
  return (
    <time datetime={new Date(at).toISOString()} title={full}>
      {inFull ? full : nearMoment(at, now.value)}
    </time>
  );
}

/** How long something took, or has taken until now while it has no end. Nothing before its start. */
export function Took({ from, to }: { from: number | null; to: number | null }) {
  if (from === null) return null;
  const length = (to ?? now.value) - from;
  return (
    <time datetime={machineDuration(length)}>{to === null ? runningDuration(length) : duration(length)}</time>
  );
}
