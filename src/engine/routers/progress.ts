import { CoreError } from '../../errors/index.ts';
import type { Clock, Storage } from '../../storage/index.ts';
import { Bell } from '../bell.ts';
import { channels } from '../channels.ts';
import type { KnownRouter, LiveRouters } from './live-routers.ts';

/** A list of so many host names may not be all. */
const mostDraining = 100;

/** How often a waiter looks again by itself: a router that went silent says nothing. */
const lookAgain = 500;

/**
 * Lets callers wait until every live router follows a version, whichever server it calls. Only their own signal ends a
 * wait: a server step that were ended by the engine's stop, and not by its work's, would count as failed.
 */
export class RouterProgress {
  readonly #parts: { storage: Storage; clock: Clock };
  readonly #routers: LiveRouters;
  readonly #bells = new Set<Bell>();

  constructor(parts: { storage: Storage; clock: Clock }, routers: LiveRouters) {
    this.#parts = parts;
    this.#routers = routers;
  }

  listen(): () => void {
    return this.#parts.storage.listen(channels.routers, () => {
      for (const bell of this.#bells) bell.ring();
    });
  }

  /** Resolves when every live router routes by `version` or a later one. Rejects when `signal` aborts. */
  async applied(version: number, signal: AbortSignal): Promise<void> {
    await this.#until((router) => router.applied >= version, Number.POSITIVE_INFINITY, signal);
  }

  /** Also waits for older requests of the host name, at most `seconds`; answers whether they have all ended. */
  async drained(host: string, version: number, seconds: number, signal: AbortSignal): Promise<boolean> {
    await this.applied(version, signal);
    const isDrained = ({ drained, draining }: KnownRouter) =>
      drained >= version || (draining !== undefined && hasDrained(host, version, draining));
    return this.#until(isDrained, this.#parts.clock.now() + seconds * 1000, signal);
  }

  async #until(
    isReady: (router: KnownRouter) => boolean,
    deadline: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const bell = new Bell();
    this.#bells.add(bell);
    try {
      for (;;) {
        if (signal.aborted) throw new CoreError('unavailable', 'The wait for the routers was ended.');
        const routers = await this.#routers.list();
        if (routers.every((router) => !router.live || isReady(router))) return true;
        const left = deadline - this.#parts.clock.now();
        if (left <= 0) return false;
        await bell.wait(this.#parts.clock, Math.min(left, lookAgain), signal);
      }
    } finally {
      this.#bells.delete(bell);
    }
  }
}

function hasDrained(host: string, version: number, draining: NonNullable<KnownRouter['draining']>): boolean {
  const behind = draining.find((each) => each.host === host);
  return behind ? behind.since > version : draining.length < mostDraining;
}
