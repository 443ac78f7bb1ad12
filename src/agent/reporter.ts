import { pause, ServerRefusal } from '../calls/index.ts';
import type { HeldLease, ReportAnswer } from '../engine/protocol.ts';
import { backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';
import type { Outbox } from './outbox.ts';

/** Events wait so long for others to share their report; output of a running step is this late at most. */
const gatherMilliseconds = 120;
const gatherBytes = 65_536;
const reportBytes = 1_048_576;
/** On a slow link a whole report may not get through in time: each failure halves the next one, down to this … */
const leastReportBytes = 16_384;
/** … and each that was answered so soon doubles it again. */
const quickMilliseconds = 5_000;
const reportMilliseconds = 30_000;

/** Sends what the outbox holds, one report at a time, until the server has acknowledged it. */
export interface Reporter {
  /** Resolves when everything is acknowledged, or `signal` aborts. */
  drained(signal: AbortSignal): Promise<void>;
  stop(): void;
}

/** Starts to report. `onCancel` hears what the server wants cancelled, `onWorthless` that the credential is refused. */
export function startReporter(parts: {
  outbox: Outbox;
  connection: Connection;
  log: Log;
  onAcknowledged(): void;
  onCancel(leases: readonly HeldLease[]): void;
  onWorthless(refusal: ServerRefusal): void;
}): Reporter {
  const { outbox, connection, log } = parts;
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let isUrgent = false;
  let mostBytes = reportBytes;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (!stopped.signal.aborted && outbox.nextReport(1)) gather();
    });
  };
  const gather = () => {
    timer ??= setTimeout(flush, gatherMilliseconds);
  };
  outbox.onAdded = (kind) => {
    isUrgent ||= kind === 'lease-ended' || kind === 'lease-returned';
    if (isUrgent || outbox.pendingBytes >= gatherBytes) flush();
    else gather();
  };
  gather();

  async function sendAll(): Promise<void> {
    do {
      isUrgent = false;
      await send();
    } while (!stopped.signal.aborted && (isUrgent || outbox.pendingBytes >= gatherBytes));
  }

  /** Tries until the server has taken (or refused for good) one report. */
  async function send(): Promise<void> {
    for (let attempt = 1; !stopped.signal.aborted; attempt += 1) {
      const report = outbox.nextReport(mostBytes);
      if (!report) return;
      const startedAt = performance.now();
      try {
        const answer = await connection.post<ReportAnswer>('/agent/v1/report', report.body, {
          // One event may be larger than the least report.
          timeoutMilliseconds: reportMilliseconds * Math.min(attempt, 10),
          signal: stopped.signal,
        });
        if (performance.now() - startedAt < quickMilliseconds)
          mostBytes = Math.min(reportBytes, mostBytes * 2);
        outbox.acknowledge(answer.acknowledged);
        parts.onAcknowledged();
        parts.onCancel(answer.cancel);
        return;
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (error instanceof ServerRefusal && error.status === 401) {
          stopped.abort();
          return parts.onWorthless(error);
        }
        if (error instanceof ServerRefusal && [400, 413, 422].includes(error.status)) {
          // A report that the server cannot read would be refused for ever and keep this host from all further work.
          log(`the server refused a report, which is dropped: ${error.message}`);
          outbox.acknowledge([report.last]);
          return parts.onAcknowledged();
        }
        mostBytes = Math.max(leastReportBytes, mostBytes / 2);
        if (attempt === 1) log(`cannot report: ${(error as Error).message}; trying on`);
        await pause(backoff(attempt, Math.random()), stopped.signal);
      }
    }
  }

  return {
    async drained(signal) {
      const aborted = new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      while (outbox.nextReport(1) && !signal.aborted && !stopped.signal.aborted) {
        flush();
        await Promise.race([sending, aborted]);
      }
    },
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}
