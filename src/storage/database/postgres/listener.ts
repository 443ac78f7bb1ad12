import pg from 'pg';
import type { Logger } from 'pino';
import type { Notifier } from '../notifier.ts';
import { clientConfig } from './connection.ts';
import { postgresError } from './errors.ts';
import { notificationChannel } from './writes.ts';

const shortestPauseMilliseconds = 100;
const longestPauseMilliseconds = 5_000;
/** A connection that died without a word (a firewall) is found by asking. */
const pingMilliseconds = 15_000;

/** Keeps one connection that listens; after each reconnect everybody is told that something may have been missed. */
export class PostgresListener {
  readonly #url: string;
  readonly #notifier: Notifier;
  readonly #log: Logger;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = shortestPauseMilliseconds;
  #closed = false;

  constructor(parts: { url: string; notifier: Notifier; log: Logger }) {
    this.#url = parts.url;
    this.#notifier = parts.notifier;
    this.#log = parts.log;
  }

  /** Connects for the first time; throws `unavailable`. */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      throw postgresError(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(clientConfig(this.#url));
    // Both come for one loss, in either order; only the first of the current client counts.
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ payload = '' }) => {
      const end = payload.indexOf('\n');
      if (end >= 0) this.#notifier.tell(payload.slice(0, end), payload.slice(end + 1));
    });
    this.#client = client;
    try {
      await client.connect();
      await client.query(`listen ${notificationChannel}`);
    } catch (error) {
      if (this.#client === client) this.#client = undefined;
      client.end().catch(() => {});
      throw error;
    }
    this.#pause = shortestPauseMilliseconds;
    this.#later(pingMilliseconds, () => this.#ping(client));
  }

  #ping(client: pg.Client): void {
    const deadline = setTimeout(() => this.#lost(client, new Error('no answer to a ping')), 5_000);
    client.query('select 1').then(
      () => {
        clearTimeout(deadline);
        if (this.#client === client) this.#later(pingMilliseconds, () => this.#ping(client));
      },
      (error: Error) => {
        clearTimeout(deadline);
        this.#lost(client, error);
      },
    );
  }

  #lost(client: pg.Client, error?: Error): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.end().catch(() => {});
    if (this.#closed) return;
    this.#log.warn({ err: error }, 'lost the connection that listens for notifications');
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    this.#later(this.#pause, async () => {
      try {
        await this.#connect();
        this.#log.info('listening for notifications again');
        this.#notifier.tellGap();
      } catch {
        this.#reconnectLater();
      }
    });
    this.#pause = Math.min(this.#pause * 2, longestPauseMilliseconds);
  }

  #later(milliseconds: number, action: () => void): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(action, milliseconds);
    this.#timer.unref();
  }
}
