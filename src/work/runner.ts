import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock, Storage } from '../storage/index.ts';
import { readAgenda } from './agenda.ts';
import { type Attempt, startAttempt } from './attempt.ts';
import { type ClaimedWork, claimWork } from './claim.ts';
import { workChannel } from './enqueue.ts';
import { writeOutcome } from './outcome.ts';
import { recoverWork } from './recover.ts';
import type { WorkKind } from './work.ts';
import type { WorkTables } from './work-table.ts';

/** A lease is renewed three times before it runs out; another replica takes over that long after a death. */
const leaseMilliseconds = 30_000;
/** Notifications wake the queue; this look finds what one of them missed. One query, an index seek a kind. */
const lookMilliseconds = 5_000;

interface Running {
  readonly work: ClaimedWork;
  readonly attempt: Attempt;
  /** Settles when the end of the try is written. */
  readonly written: Promise<void>;
}

/** Claims due work and runs it; one a process. */
export class WorkRunner {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random: () => number;
  readonly #kinds: ReadonlyMap<string, WorkKind>;
  readonly #owner = randomUUID();
  readonly #running = new Map<number, Running>();
  /** Places taken by kind: also by tries that were decided but whose code has not ended. */
  readonly #taken = new Map<string, number>();
  readonly #lastProject = new Map<string, string>();
  readonly #due = new Set<string>();
  /** When due work was claimed last. */
  #lookedAt = 0;
  #state: 'new' | 'started' | 'stopped' = 'new';
  #claiming: Promise<void> | undefined;
  #cancelLook: () => void = () => {};
  #cancelRenewal: (() => void) | undefined;
  #unlisten: () => void = () => {};

  constructor(parts: {
    storage: Storage;
    clock: Clock;
    log: Logger;
    random: () => number;
    kinds: ReadonlyMap<string, WorkKind>;
  }) {
    this.#storage = parts.storage;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#random = parts.random;
    this.#kinds = parts.kinds;
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    const all = this.#storage.flavor.engine === 'sqlite';
    while ((await this.#storage.write((unit) => recoverWork(unit, this.#kinds, { all }))) > 0);
    this.#state = 'started';
    this.#unlisten = this.#storage.listen(workChannel, (kind) => {
      if (kind === undefined) this.#wakeAll();
      else this.wake(kind);
    });
    this.#wakeAll();
  }

  /** Looks for due work of a kind, soon. */
  wake(kind: string): void {
    if (this.#state !== 'started' || !this.#kinds.has(kind)) return;
    this.#due.add(kind);
    this.#claiming ??= this.#claimDue().finally(() => {
      this.#claiming = undefined;
      // Woken after the last claim, while the next look was being planned.
      for (const late of this.#due) this.wake(late);
    });
  }

  async stop(graceMilliseconds: number): Promise<void> {
    if (this.#state !== 'started') return;
    this.#state = 'stopped';
    this.#unlisten();
    this.#cancelLook();
    await this.#claiming;
    const ends = () => Promise.all([...this.#running.values()].map((running) => running.written));
    let cancel = () => {};
    const grace = new Promise<void>((resolve) => {
      if (graceMilliseconds <= 0) resolve();
      else cancel = this.#clock.after(graceMilliseconds, resolve);
    });
    await Promise.race([ends(), grace]);
    cancel();
    for (const { attempt } of this.#running.values()) attempt.abort();
    await ends();
    this.#cancelRenewal?.();
  }

  #wakeAll(): void {
    for (const kind of this.#kinds.keys()) this.wake(kind);
  }

  async #claimDue(): Promise<void> {
    try {
      while (this.#due.size > 0 && this.#state === 'started') {
        const kinds = [...this.#due].map((kind) => this.#freeKind(kind)).filter((kind) => kind.free > 0);
        this.#due.clear();
        if (kinds.length === 0) break;
        const lease = { owner: this.#owner, milliseconds: leaseMilliseconds };
        this.#lookedAt = this.#clock.now();
        const claimed = await this.#storage.write((unit) => claimWork(unit, kinds, lease));
        for (const work of claimed) this.#run(work);
      }
      await this.#planNextLook();
    } catch (error) {
      this.#log.warn({ err: error }, 'the work queue cannot look for work; it tries again');
      this.#due.clear();
      this.#lookIn(lookMilliseconds);
    }
  }

  #freeKind(kind: string) {
    const concurrency = this.#kinds.get(kind)?.concurrency ?? 0;
    return {
      kind,
      free: concurrency - (this.#taken.get(kind) ?? 0),
      lastProject: this.#lastProject.get(kind) ?? '',
    };
  }

  /** Sleeps until the next piece is due or a lease runs out, and looks every few seconds anyway. */
  async #planNextLook(): Promise<void> {
    if (this.#state !== 'started') return;
    const agenda = await readAgenda(this.#storage, [...this.#kinds.keys()]);
    const now = this.#clock.now();
    const waits = [lookMilliseconds];
    for (const [kind, due] of agenda.kinds) {
      // What was due before the last claim and is still there waits for a place or an exclusive key: an end wakes it.
      if (due > this.#lookedAt && this.#freeKind(kind).free > 0) waits.push(Math.max(due - now, 0));
    }
    this.#lookIn(Math.min(...waits));
  }

  #lookIn(milliseconds: number): void {
    this.#cancelLook();
    if (this.#state !== 'started') return;
    this.#cancelLook = this.#clock.after(milliseconds, () => void this.#look());
  }

  async #look(): Promise<void> {
    try {
      const agenda = await readAgenda(this.#storage, [...this.#kinds.keys()]);
      const now = this.#clock.now();
      if (agenda.lease !== null && agenda.lease < now) {
        await this.#storage.write((unit) => recoverWork(unit, this.#kinds, { all: false }));
      }
      const due = [...agenda.kinds].filter(([, at]) => at <= now);
      for (const [kind] of due) this.wake(kind);
      if (due.length === 0 || this.#claiming === undefined) await this.#planNextLook();
    } catch (error) {
      this.#log.warn({ err: error }, 'the work queue cannot look for work; it tries again');
      this.#lookIn(lookMilliseconds);
    }
  }

  #run(work: ClaimedWork): void {
    const kind = this.#kinds.get(work.kind);
    if (!kind) return;
    this.#lastProject.set(work.kind, work.project);
    this.#taken.set(work.kind, (this.#taken.get(work.kind) ?? 0) + 1);
    const attempt = startAttempt(kind, work, this.#clock, this.#random());
    const written = this.#writeEnd(kind, work, attempt);
    this.#running.set(work.id, { work, attempt, written });
    this.#cancelRenewal ??= this.#clock.after(leaseMilliseconds / 3, () => void this.#renew());
    void Promise.all([attempt.ended, written]).then(() => {
      this.#taken.set(work.kind, (this.#taken.get(work.kind) ?? 1) - 1);
      this.wake(work.kind);
    });
  }

  async #writeEnd(kind: WorkKind, work: ClaimedWork, attempt: Attempt): Promise<void> {
    const outcome = await attempt.outcome;
    if (outcome.kind !== 'done') {
      const { id, attempt: number, project } = work;
      this.#log.warn(
        { kind: kind.kind, id, attempt: number, project, reason: outcome.reason },
        `work ended: ${outcome.kind}`,
      );
    }
    try {
      await this.#storage.write((unit) => writeOutcome(unit, work, this.#owner, outcome, kind.onDead));
    } catch (error) {
      // Its lease runs out, and whoever sees that ends this try.
      this.#log.error(
        { err: error, kind: kind.kind, id: work.id },
        'the end of a piece of work cannot be written',
      );
    } finally {
      this.#running.delete(work.id);
    }
  }

  /** Prolongs the leases of what runs, and ends what another process has taken over. */
  async #renew(): Promise<void> {
    this.#cancelRenewal = undefined;
    if (this.#running.size === 0) return;
    try {
      const kept = await this.#storage.write(async (unit) => {
        const rows = await unit
          .tables<WorkTables>()
          .updateTable('work')
          .set({ lease_until: unit.now + leaseMilliseconds })
          .where('state', '=', 'running')
          .where('lease_owner', '=', this.#owner)
          .returning('id')
          .execute();
        return new Set(rows.map((row) => row.id));
      });
      for (const [id, { attempt }] of this.#running) if (!kept.has(id)) attempt.abort();
    } catch (error) {
      this.#log.warn({ err: error }, 'leases of work cannot be renewed');
    }
    this.#cancelRenewal ??= this.#clock.after(leaseMilliseconds / 3, () => void this.#renew());
  }
}
