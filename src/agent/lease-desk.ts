import type { HeldLease, Lease } from '../engine/protocol.ts';
import { type LeaseParts, type LeaseRun, type Resumption, runLease } from './lease-run.ts';
import { bootId } from './process-table.ts';
import { leaseKey, leaseRecord } from './records.ts';
import type { FoundLease } from './recovery.ts';
import { inWords } from './steps/index.ts';

/**
 * How many leases are worked on at once. The server gives a second one only where no lock forbids it: a deployment
 * that waits for its instances for ten minutes keeps nobody else from this host.
 */
const mostLeases = 16;

interface LeaseInHand {
  readonly lease: HeldLease & { readonly leaseSeconds: number };
  /** Set while the server has not been asked yet whether a found lease is still wanted. */
  resume?: FoundLease['resume'];
  run?: LeaseRun;
  isOver: boolean;
}

/** The leases that this agent has in hand, each from its acceptance until the server has acknowledged its last event. */
export class LeaseDesk {
  readonly #parts: LeaseParts;
  readonly #inHand = new Map<string, LeaseInHand>();
  /** Called when there is room for another lease again. */
  onFree: () => void = () => {};

  constructor(parts: LeaseParts, found: readonly FoundLease[]) {
    this.#parts = parts;
    for (const { lease, resume } of found) {
      this.#inHand.set(leaseKey(lease), { lease, isOver: !resume, ...(resume ? { resume } : {}) });
    }
  }

  /** The leases in hand; the last events of some may be unacknowledged yet. */
  get held(): readonly (HeldLease & { readonly leaseSeconds: number })[] {
    return [...this.#inHand.values()].map(({ lease }) => lease);
  }

  /** How many more may come. */
  get free(): number {
    return Math.max(0, mostLeases - this.#inHand.size);
  }

  get isIdle(): boolean {
    return this.#inHand.size === 0;
  }

  /** Whether a found lease goes on as soon as the server has been asked whether it is still wanted. */
  get isResuming(): boolean {
    return [...this.#inHand.values()].some(({ resume }) => resume !== undefined);
  }

  /** Begins with new leases, and goes on with those that were found at the start. Called after each answered poll. */
  accept(leases: readonly Lease[]): void {
    for (const each of this.#inHand.values()) {
      if (each.resume) this.#start(each.resume.lease, each.resume);
    }
    for (const lease of leases) {
      // A repeated one is in hand already.
      if (this.#inHand.has(leaseKey(lease))) continue;
      try {
        this.#parts.outbox.begin(leaseRecord(lease, bootId()));
        this.#start(lease);
      } catch (error) {
        const refusal = `not started, as the agent's journal cannot be written: ${inWords(error)}`;
        this.#start(lease, { from: 0, refusal });
      }
    }
  }

  /** Ends those of the leases that are in hand. */
  cancel(leases: readonly HeldLease[]): void {
    for (const lease of leases) {
      const each = this.#inHand.get(leaseKey(lease));
      if (each?.resume) this.#start(each.resume.lease, { ...each.resume, isCancelled: true });
      else each?.run?.end('cancelled');
    }
  }

  /** Ends what runs because the agent is being stopped; resolves when its steps have ended. */
  async interrupt(): Promise<void> {
    const runs = [...this.#inHand.values()].flatMap(({ run }) => run ?? []);
    for (const run of runs) run.end('interrupted');
    await Promise.all(runs.map((run) => run.done));
  }

  /** Lets go of what is acknowledged. Called after each acknowledgement. */
  settle(): void {
    const before = this.#inHand.size;
    for (const [key, { lease, isOver }] of this.#inHand) {
      if (!isOver || !this.#parts.outbox.isAcknowledged(lease)) continue;
      this.#parts.outbox.forget(lease);
      this.#inHand.delete(key);
    }
    if (this.#inHand.size < before) this.onFree();
  }

  #start(lease: Lease, resumption?: Resumption): void {
    const run = runLease(lease, this.#parts, resumption);
    const each: LeaseInHand = { lease, run, isOver: false };
    this.#inHand.set(leaseKey(lease), each);
    void run.done.then(() => {
      each.isOver = true;
      this.settle();
    });
  }
}
