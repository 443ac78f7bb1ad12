import { pause, ServerRefusal } from '../../calls/index.ts';
import type { InstanceAnswer, InstanceReport } from '../../engine/protocol.ts';
import { backoff } from '../backoff.ts';
import type { Connection } from '../connection.ts';
import type { Log } from '../log.ts';
import type { InstanceStatus } from './status.ts';
import type { Supervisor } from './supervisor.ts';
import { UsageMeter } from './usage-meter.ts';

/** Changes wait so long for others to share their report. */
const gatherMilliseconds = 20;
/** Output alone waits longer. */
const linesMilliseconds = 500;
const beatMilliseconds = 5000;
const answerMilliseconds = 20_000;

/** Tells the server what became of the instances. */
export interface InstanceReporter {
  /**
   * Resolves when the server has stored the instances as they are now, or something newer; with what it stored.
   * Rejects when `signal` aborts.
   */
  stored(signal: AbortSignal): Promise<readonly InstanceStatus[]>;
  stop(): void;
}

/**
 * Reports at once when something changed, and every 5 s while there are instances; once at the start, so that the
 * server learns what is left. One report at a time; the answer names the instances to stop.
 */
export function startInstanceReporter(parts: {
  readonly supervisor: Supervisor;
  readonly connection: Connection;
  readonly log: Log;
}): InstanceReporter {
  const { supervisor, connection, log } = parts;
  const stopped = new AbortController();
  const meter = new UsageMeter();
  let wanted = 0;
  let done = 0;
  let waiting: { at: number; resolve: (stored: readonly InstanceStatus[]) => void }[] = [];
  let wake = new AbortController();

  const changed = () => {
    wanted += 1;
    wake.abort();
  };
  const stopListening = supervisor.onChange(changed);
  void run();

  async function run(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted; ) {
      // What changes from here on belongs to the next report.
      const version = wanted;
      try {
        const stored = await send();
        failures = 0;
        done = version;
        settle(stored);
        await nextTurn();
      } catch (error) {
        if (stopped.signal.aborted) return;
        failures += 1;
        const isRefused = error instanceof ServerRefusal && error.status < 500;
        if (failures === 1) log(`cannot report the instances: ${(error as Error).message}; trying on`);
        await pause(
          isRefused ? beatMilliseconds : Math.min(beatMilliseconds, backoff(failures, Math.random())),
          stopped.signal,
        );
      }
    }
  }

  async function send(): Promise<readonly InstanceStatus[]> {
    const instances = supervisor.statuses();
    const lines = supervisor.lines.take();
    if (supervisor.lines.isTaken) supervisor.markPositions();
    const usage = meter.take(instances.flatMap(withProcess), Date.now());
    const report: InstanceReport = { sentAt: Date.now(), instances, lines, usage };
    const { stop } = await connection.post<InstanceAnswer>('/agent/v1/instances', JSON.stringify(report), {
      timeoutMilliseconds: answerMilliseconds,
      signal: stopped.signal,
    });
    supervisor.lines.acknowledge();
    meter.acknowledge();
    if (lines.length > 0) supervisor.keepPositions();
    supervisor.forgetStopped(instances);
    const isStopping = (id: string) => supervisor.status(id)?.state === 'stopping';
    const toStop = stop.filter((id) => !isStopping(id));
    if (toStop.length > 0) void supervisor.stop(toStop);
    return instances;
  }

  /** Waits for a change, for output that is old enough, or for the next beat. */
  async function nextTurn(): Promise<void> {
    const beat = Date.now() + beatMilliseconds;
    while (wanted === done && !stopped.signal.aborted) {
      const isDue = Date.now() >= beat && supervisor.statuses().length > 0;
      const hasLines = !supervisor.lines.isEmpty;
      if (isDue) return;
      wake = new AbortController();
      await pause(linesMilliseconds, wake.signal);
      if (hasLines) return;
    }
    await pause(gatherMilliseconds, stopped.signal);
  }

  function settle(stored: readonly InstanceStatus[]): void {
    const ready = waiting.filter(({ at }) => at <= done);
    waiting = waiting.filter(({ at }) => at > done);
    for (const { resolve } of ready) resolve(stored);
  }

  return {
    stored(signal) {
      changed();
      const at = wanted;
      return new Promise((resolve, reject) => {
        const each = { at, resolve };
        waiting.push(each);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
    stop() {
      stopped.abort();
      wake.abort();
      stopListening();
    },
  };
}

/** Containers belong to another process's session, so nothing is measured of them. */
function withProcess({ instance, pid }: InstanceStatus) {
  return pid === null ? [] : [{ instance, pid }];
}
