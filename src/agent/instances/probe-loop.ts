import type { HealthCheck } from '../../engine/steps/index.ts';
import { probe } from './probe.ts';
import type { InstanceTrouble } from './status.ts';

const soonestMilliseconds = 40;
const latestMilliseconds = 250;
/** Most programs listen within a few seconds: until then somebody waits for each of these milliseconds. */
const eagerMilliseconds = 100;
const eagerUntil = 3_000;

/**
 * Probes one process: after its initial delay at once and then ever a little later, from 40 to 100 ms and to 250 ms
 * behind the first 3 s, so that nobody waits for a program that is well; once it was well at its period. One probe at a
 * time.
 */
export class ProbeLoop {
  readonly #health: HealthCheck;
  readonly #onResult: (miss: InstanceTrouble | undefined) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Results of an older run are not heard. */
  #run = 0;

  constructor(health: HealthCheck, onResult: (miss: InstanceTrouble | undefined) => void) {
    this.#health = health;
    this.#onResult = onResult;
  }

  /** Begins with a process that was started at `startedAt` (epoch milliseconds) and may have been well already. */
  start(port: number, startedAt: number, wasWell: boolean): void {
    this.stop();
    const run = this.#run;
    const period = this.#health.periodSeconds * 1000;
    let wait = soonestMilliseconds;
    let isWell = wasWell;
    const turn = async () => {
      const miss = await probe(this.#health, port);
      if (run !== this.#run) return;
      isWell ||= miss === undefined;
      const latest = Date.now() - startedAt < eagerUntil ? eagerMilliseconds : latestMilliseconds;
      wait = Math.min(wait * 1.2, latest);
      this.#timer = setTimeout(turn, isWell ? period : Math.min(wait, period));
      this.#onResult(miss);
    };
    const due = startedAt + this.#health.initialDelaySeconds * 1000;
    this.#timer = setTimeout(turn, wasWell ? 0 : Math.max(0, due - Date.now()));
  }

  stop(): void {
    this.#run += 1;
    clearTimeout(this.#timer);
  }
}
