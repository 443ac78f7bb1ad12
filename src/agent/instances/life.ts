import type { HealthCheck } from '../../engine/steps/index.ts';
import type { InstanceStatus, InstanceTrouble } from './status.ts';

/** All that decides what happens next to an instance; plain data, kept on disk. Times are epoch milliseconds. */
export interface Life {
  readonly state: InstanceStatus['state'];
  readonly healthy: boolean;
  readonly trouble: InstanceTrouble | null;
  /** When the process that runs now was started. */
  readonly startedAt: number | null;
  readonly restarts: number;
  /** Whether it ever passed its health check. */
  readonly wasEverWell: boolean;
  /** Whether the process that runs now was well. */
  readonly wasWell: boolean;
  /** Probes in a row that failed. */
  readonly misses: number;
  /** Ends in a row within the first 30 s of life, before the instance was ever well. */
  readonly earlyEnds: number;
  /** When it ended, of the last five minutes. */
  readonly ends: readonly number[];
  /** Milliseconds before the next start after an end. */
  readonly backoff: number;
}

/** What happened to an instance. */
export type LifeEvent =
  /** Its asset could not be made ready; `isFinal`: and trying again does not help. */
  | {
      readonly kind: 'unprepared';
      readonly at: number;
      readonly trouble: InstanceTrouble;
      readonly isFinal: boolean;
    }
  | { readonly kind: 'started'; readonly at: number }
  /** A probe passed, or missed for the reason `miss`. */
  | { readonly kind: 'probed'; readonly at: number; readonly miss?: InstanceTrouble }
  | { readonly kind: 'ended'; readonly at: number; readonly trouble: InstanceTrouble }
  | { readonly kind: 'stop-asked' }
  | { readonly kind: 'stopped' };

/** What is to be done next. */
export type LifeCommand =
  | { readonly kind: 'start-after'; readonly milliseconds: number }
  /** It does not answer any more: end its process, which is heard of as `ended`. */
  | { readonly kind: 'end-process' };

/** Of an instance that was just asked for. */
export const unborn: Life = {
  state: 'starting',
  healthy: false,
  trouble: null,
  startedAt: null,
  restarts: 0,
  wasEverWell: false,
  wasWell: false,
  misses: 0,
  earlyEnds: 0,
  ends: [],
  backoff: 500,
};

const firstBackoff = 500;
const longestBackoff = 30_000;
const earlyMilliseconds = 30_000;
const endsWindow = 300_000;
const earlyEndsOfLoop = 3;
const endsOfLoop = 5;
/** A program needs a moment until it listens; that it does not yet is no trouble before. */
const listenGrace = 1000;

/**
 * What an event makes of an instance, and what is to be done. Pure. Crash loop: three ends within the first 30 s of
 * life each, before it was ever well, or five ends in five minutes; an instance in it is still tried, ever more slowly.
 */
export function decideLife(
  life: Life,
  event: LifeEvent,
  health: Pick<HealthCheck, 'readinessMisses' | 'livenessMisses'>,
): { readonly life: Life; readonly command?: LifeCommand } {
  if (event.kind === 'stop-asked') return { life: { ...life, state: 'stopping', healthy: false } };
  if (event.kind === 'stopped') {
    return { life: { ...life, state: 'stopped', healthy: false, startedAt: null } };
  }
  if (life.state === 'stopping' || life.state === 'stopped') return { life };
  switch (event.kind) {
    case 'unprepared':
      return unprepared(life, event);
    case 'started':
      return { life: started(life, event.at) };
    case 'probed':
      if (life.startedAt === null) return { life };
      return event.miss ? missed(life, event.at, event.miss, health) : { life: passed(life) };
    case 'ended':
      return ended(life, event.at, event.trouble);
  }
}

function unprepared(life: Life, event: Extract<LifeEvent, { kind: 'unprepared' }>) {
  const failed = { ...life, healthy: false, trouble: event.trouble };
  if (event.isFinal) return { life: { ...failed, state: 'crash-loop' as const } };
  return fallBack({ ...failed, earlyEnds: life.earlyEnds + 1 });
}

function started(life: Life, at: number): Life {
  const isFirst = life.startedAt === null && life.ends.length === 0 && life.restarts === 0;
  return {
    ...life,
    // An instance in a crash loop is out of it only when it is well.
    state: life.state === 'crash-loop' ? 'crash-loop' : 'starting',
    startedAt: at,
    healthy: false,
    restarts: isFirst ? 0 : life.restarts + 1,
    wasWell: false,
    misses: 0,
    trouble: life.trouble?.kind === 'asset' ? null : life.trouble,
  };
}

function passed(life: Life): Life {
  return {
    ...life,
    state: 'running',
    healthy: true,
    trouble: null,
    wasEverWell: true,
    wasWell: true,
    misses: 0,
    earlyEnds: 0,
  };
}

function missed(
  life: Life,
  at: number,
  miss: InstanceTrouble,
  health: Pick<HealthCheck, 'readinessMisses' | 'livenessMisses'>,
): { life: Life; command?: LifeCommand } {
  const misses = life.misses + 1;
  if (!life.wasWell) {
    const isTooEarly = miss.kind === 'not-listening' && at - (life.startedAt ?? at) < listenGrace;
    return { life: { ...life, misses, healthy: false, trouble: isTooEarly ? life.trouble : miss } };
  }
  const isUnready = misses >= health.readinessMisses;
  const next = {
    ...life,
    misses,
    healthy: life.healthy && !isUnready,
    trouble: isUnready ? miss : life.trouble,
  };
  if (misses < health.livenessMisses) return { life: next };
  return { life: { ...next, healthy: false, trouble: miss }, command: { kind: 'end-process' } };
}

function ended(life: Life, at: number, trouble: InstanceTrouble): { life: Life; command: LifeCommand } {
  const lived = at - (life.startedAt ?? at);
  const isEarly = !life.wasEverWell && lived < earlyMilliseconds;
  // A process that was well for a while ended by some new cause: it is not made to wait for the older ones.
  const isFresh = life.wasWell && lived >= earlyMilliseconds;
  return fallBack({
    ...life,
    healthy: false,
    trouble,
    startedAt: null,
    wasWell: false,
    misses: 0,
    earlyEnds: isEarly ? life.earlyEnds + 1 : 0,
    ends: [...life.ends.filter((end) => at - end < endsWindow), at],
    backoff: isFresh ? firstBackoff : life.backoff,
  });
}

function fallBack(life: Life): { life: Life; command: LifeCommand } {
  const isLoop = life.earlyEnds >= earlyEndsOfLoop || life.ends.length >= endsOfLoop;
  return {
    life: {
      ...life,
      state: isLoop || life.state === 'crash-loop' ? 'crash-loop' : 'backing-off',
      backoff: Math.min(longestBackoff, life.backoff * 2),
    },
    command: { kind: 'start-after', milliseconds: life.backoff },
  };
}
