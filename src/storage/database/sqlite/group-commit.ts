import { setImmediate as nextTurn } from 'node:timers/promises';
import { CoreError } from '../../../errors/index.ts';
import type { Clock } from '../../clock.ts';
import { type AfterCommit, GuardedConnection, type HandleKind, unitOn } from '../handle.ts';
import type { Notifier } from '../notifier.ts';
import { runUnit } from '../run-unit.ts';
import type { Unit, WriteOptions } from '../storage.ts';
import type { SqliteConnection } from './connection.ts';

interface WaitingUnit {
  readonly unit: (unit: Unit) => Promise<unknown>;
  readonly mayBeLost: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A commit carries at most this many units, and takes no further one after this long, so that nobody waits for ever. */
const unitsPerCommit = 128;
const millisecondsPerCommit = 10;

/**
 * Runs units one after another and lets those that wait share a commit, each in a savepoint: a unit that throws is
 * rolled back alone. One fsync then answers many callers; none where all of them do without.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #kind: HandleKind;
  readonly #clock: Clock;
  readonly #notifier: Notifier;
  #waiting: WaitingUnit[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;
  /** Durable commits so far; each answers all units that shared it. */
  commits = 0;

  constructor(parts: { connection: SqliteConnection; kind: HandleKind; clock: Clock; notifier: Notifier }) {
    this.#connection = parts.connection;
    this.#kind = parts.kind;
    this.#clock = parts.clock;
    this.#notifier = parts.notifier;
  }

  write<T>(unit: (unit: Unit) => Promise<T>, { mayBeLost = false }: WriteOptions = {}): Promise<T> {
    if (this.#closed) return Promise.reject(new CoreError('unavailable', 'The server is shutting down.'));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ unit, mayBeLost, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Refuses further units and waits for those that were accepted. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop before each commit: callers of this turn join it, and input is never starved.
      await nextTurn();
      await this.#commit();
    }
    this.#draining = undefined;
  }

  async #commit(): Promise<void> {
    const connection = this.#connection;
    const answers: (() => void)[] = [];
    const taken: WaitingUnit[] = [];
    const committed: AfterCommit[] = [];
    const isDurable = this.#waiting.some(({ mayBeLost }) => !mayBeLost);
    try {
      connection.flushCommits(isDurable);
      connection.run('begin immediate');
      const start = this.#clock.now();
      while (taken.length < unitsPerCommit && this.#clock.now() - start < millisecondsPerCommit) {
        // One that came meanwhile and must be on the disk waits for the next commit.
        if (!isDurable && this.#waiting[0]?.mayBeLost === false) break;
        const waiting = this.#waiting.shift();
        if (!waiting) break;
        taken.push(waiting);
        await this.#run(waiting, answers, committed);
      }
      connection.run('commit');
      if (isDurable) this.commits += 1;
    } catch (error) {
      if (connection.database.isTransaction) connection.run('rollback');
      // Without a transaction (disk full at `begin`) nobody was taken: the first of the queue gets the answer.
      const failed = taken.length > 0 ? taken : this.#waiting.splice(0, 1);
      for (const waiting of failed) waiting.reject(error);
      return;
    }
    for (const after of committed) {
      this.#notifier.run(after.effects);
      for (const { channel, payload } of after.notifications) this.#notifier.tell(channel, payload);
    }
    for (const answer of answers) answer();
  }

  /** Throws only when the whole transaction is lost. */
  async #run(waiting: WaitingUnit, answers: (() => void)[], committed: AfterCommit[]): Promise<void> {
    const connection = this.#connection;
    connection.run('savepoint unit');
    const guarded = new GuardedConnection(connection, 'unit of writing');
    const { unit, after } = unitOn(this.#kind, guarded, this.#clock.now());
    try {
      const value = await runUnit(waiting.unit, unit, guarded);
      connection.run('release unit');
      committed.push(after);
      answers.push(() => waiting.resolve(value));
    } catch (error) {
      // A full disk ends the transaction itself: then everything of this commit is gone.
      if (!connection.database.isTransaction) throw error;
      connection.run('rollback to unit');
      connection.run('release unit');
      answers.push(() => waiting.reject(error));
    }
  }
}
