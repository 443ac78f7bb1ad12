import type { HeldLease, Lease } from '../engine/protocol.ts';
import { type LeaseParts, type LeaseRun, type Resumption, runLease } from './lease-run.ts';
import { bootId } from './process-table.ts';
import { isSameLease, leaseRecord } from './records.ts';
import type { FoundLease } from './recovery.ts';
import { inWords } from './steps/index.ts';

/**
 * The one lease that this agent has in hand: from its acceptance until the server has acknowledged its last event. Only
 * then is the host free again, so that no event of it can come after one of the next.
 */
export class LeaseDesk {
  readonly #parts: LeaseParts;
  #found: FoundLease | undefined;
  #run: LeaseRun | undefined;
  #isOver = false;
  /** Called when the host is free again. */
  onFree: () => void = () => {};

  constructor(parts: LeaseParts, found: FoundLease | undefined) {
    this.#parts = parts;
    this.#found = found;
    this.#isOver = found !== undefined && !found.resume;
  }

  /** The lease in hand; its last event may be unacknowledged yet. */
  get current(): (HeldLease & { leaseSeconds: number }) | undefined {
    return this.#run?.lease ?? this.#found?.lease;
  }

  /** Whether a found lease goes on as soon as the server has been asked whether it is still wanted. */
  get isResuming(): boolean {
    return this.#run === undefined && this.#found?.resume !== undefined;
  }

  /** Begins with the first lease; goes on with one that was found at the start. Called after each answered poll. */
  accept(leases: readonly Lease[]): void {
    if (this.#found?.resume && !this.#run) this.#start(this.#found.resume.lease, this.#found.resume);
    const [lease] = leases;
    // A second lease would break the rule of one at a time; a repeated one is in hand already.
    if (!lease || this.current) return;
    try {
      this.#parts.outbox.begin(leaseRecord(lease, bootId()));
      this.#start(lease);
    } catch (error) {
      const refusal = `not started, as the agent's journal cannot be written: ${inWords(error)}`;
      this.#start(lease, { from: 0, refusal });
    }
  }

  /** Ends the lease in hand when it is among `leases`. */
  cancel(leases: readonly HeldLease[]): void {
    const { current } = this;
    if (!current || !leases.some((lease) => isSameLease(lease, current))) return;
    if (this.#run) this.#run.end('cancelled');
    else if (this.#found?.resume) {
      this.#start(this.#found.resume.lease, { ...this.#found.resume, isCancelled: true });
    }
  }

  /** Ends what runs because the agent is being stopped; resolves when its steps have ended. */
  async interrupt(): Promise<void> {
    this.#run?.end('interrupted');
    await this.#run?.done;
  }

  /** Frees the host when everything is acknowledged. Called after each acknowledgement. */
  settle(): void {
    const { current } = this;
    if (!current || !this.#isOver || !this.#parts.outbox.isAcknowledged(current)) return;
    this.#parts.outbox.forget(current);
    this.#run = undefined;
    this.#found = undefined;
    this.onFree();
  }

  #start(lease: Lease, resumption?: Resumption): void {
    this.#isOver = false;
    const run = runLease(lease, this.#parts, resumption);
    this.#run = run;
    void run.done.then(() => {
      this.#isOver = true;
      this.settle();
    });
  }
}
