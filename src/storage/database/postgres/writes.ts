import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { CoreError } from '../../../errors/index.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { type AfterCommit, GuardedConnection, unitOn } from '../handle.ts';
import type { Notifier } from '../notifier.ts';
import { runUnit } from '../run-unit.ts';
import type { Unit, WriteOptions } from '../storage.ts';
import { Admission } from './admission.ts';
import { rollBackAndRelease, takeClient } from './client.ts';
import { PostgresConnection } from './connection.ts';
import { isCollision, postgresError } from './errors.ts';
import { postgresKind } from './kind.ts';

/** All notifications travel on one PostgreSQL channel, as `<channel>\n<payload>`: one LISTEN serves every listener. */
export const notificationChannel = 'slipway';

/** How often a unit is tried; the pauses between add up to about ten seconds. */
const mostTries = 40;
const longestPauseMilliseconds = 250;

/**
 * A transaction for each unit. SERIALIZABLE gives units what they have on SQLite: each sees the database as if it were
 * alone. Those that collide are tried again.
 */
export class PostgresWrites {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #notifier: Notifier;
  readonly #admission: Admission;
  /** Durable transactions committed so far. */
  commits = 0;

  constructor(parts: { pool: pg.Pool; clock: Clock; notifier: Notifier }) {
    this.#pool = parts.pool;
    this.#admission = new Admission(parts.pool.options.max);
    this.#clock = parts.clock;
    this.#notifier = parts.notifier;
  }

  async write<T>(unit: (unit: Unit) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    for (let attempt = 0; attempt < mostTries; attempt += 1) {
      await this.#admission.enter(attempt > 0);
      let collided = false;
      try {
        const outcome = await this.#try(unit, options);
        if (!outcome.collided) return outcome.value;
        collided = true;
      } finally {
        this.#admission.leave(collided);
      }
      // The first repetition comes at once: most collisions are with a unit that has just ended.
      if (attempt > 0) await pause(Math.random() * Math.min(5 * 2 ** attempt, longestPauseMilliseconds));
    }
    throw new CoreError('unavailable', 'Too many changes at the same place. Try again in a moment.');
  }

  async #try<T>(
    unit: (unit: Unit) => Promise<T>,
    options: WriteOptions,
  ): Promise<{ collided: false; value: T } | { collided: true }> {
    const client = await takeClient(this.#pool);
    const guarded = new GuardedConnection(new PostgresConnection(client), 'unit of writing');
    let value: T;
    let effects: readonly (() => void)[];
    try {
      const { unit: handle, after } = unitOn(postgresKind, guarded, await this.#begin(client, options));
      value = await runUnit(unit, handle, guarded);
      await tellAll(client, after.notifications);
      await client.query('commit');
      if (!options.mayBeLost) this.commits += 1;
      effects = after.effects;
    } catch (error) {
      // What a query met says more than what the unit made of it.
      const met = guarded.failure?.error ?? error;
      await rollBackAndRelease(client, met);
      if (isCollision(met) || isCollision(error)) return { collided: true };
      throw postgresError(error);
    } finally {
      guarded.end();
    }
    client.release();
    this.#notifier.run(effects);
    return { collided: false, value };
  }

  /** Begins and reads the database's clock in one round trip; a clock that tests move goes before the database's. */
  async #begin(client: pg.PoolClient, { mayBeLost = false }: WriteOptions): Promise<number> {
    const begin = `begin isolation level serializable${mayBeLost ? '; set local synchronous_commit = off' : ''}`;
    if (this.#clock !== systemClock) {
      await client.query(begin);
      return this.#clock.now();
    }
    const results = (await client.query(
      `${begin}; select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
    )) as unknown as pg.QueryResult<{ now: number }>[];
    return results.at(-1)?.rows[0]?.now ?? this.#clock.now();
  }
}

/** They are part of the transaction: PostgreSQL sends them when it commits. */
async function tellAll(client: pg.PoolClient, notifications: AfterCommit['notifications']): Promise<void> {
  if (notifications.length === 0) return;
  const payloads = notifications.map(({ channel, payload }) => `${channel}\n${payload}`);
  await client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
    notificationChannel,
    payloads,
  ]);
}
