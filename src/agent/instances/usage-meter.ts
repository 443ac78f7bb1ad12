import { cpus, totalmem } from 'node:os';
import type { InstanceReport } from '../../engine/protocol.ts';
import { type SessionUsage, sessionUsage } from '../process-table.ts';

/** What an instance used since it was measured last. */
type InstanceUsage = NonNullable<InstanceReport['usage']>[number];

/** Between two measurements; one costs a look at every process of the machine. */
const measureMilliseconds = 10_000;
/** So many measurements are kept for a server that does not answer. */
const mostKept = 3;

/** Measures the processes of instances, and keeps what it saw until the server has it. */
export class UsageMeter {
  readonly #kept: (readonly InstanceUsage[])[] = [];
  readonly #every: number;
  #before = new Map<number, SessionUsage>();
  #at = 0;

  constructor(everyMilliseconds = measureMilliseconds) {
    this.#every = everyMilliseconds;
  }

  /**
   * What was measured and not acknowledged, and what is new if it is time to measure. `running` names the process that
   * leads each instance's session; one that was not seen before is measured from the next time on.
   */
  take(running: readonly { readonly instance: string; readonly pid: number }[], at: number): InstanceUsage[] {
    if (Math.abs(at - this.#at) >= this.#every) this.#measure(running, at);
    return this.#kept.flat();
  }

  /** The server has what was taken last. */
  acknowledge(): void {
    this.#kept.length = 0;
  }

  #measure(running: readonly { readonly instance: string; readonly pid: number }[], at: number): void {
    const now = sessionUsage(new Set(running.map(({ pid }) => pid)));
    const milliseconds = at - this.#at;
    const host = { cores: cpus().length || 1, memoryBytes: totalmem() };
    const samples = running.flatMap(({ instance, pid }) => {
      const [before, after] = [this.#before.get(pid), now.get(pid)];
      if (!before || !after || before.startTicks !== after.startTicks || milliseconds <= 0) return [];
      // Less than before: a process ended whose parent did not wait for it.
      const cpuMilliseconds = Math.max(0, after.cpuMilliseconds - before.cpuMilliseconds);
      return [{ instance, at, milliseconds, cpuMilliseconds, residentBytes: after.residentBytes, ...host }];
    });
    this.#before = now;
    this.#at = at;
    if (samples.length > 0) this.#kept.push(samples);
    if (this.#kept.length > mostKept) this.#kept.shift();
  }
}
