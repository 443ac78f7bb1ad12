import { CoreError } from '../../errors/index.ts';
import type { Clock, Storage } from '../../storage/index.ts';
import { Bell } from '../bell.ts';
import { channels } from '../channels.ts';
import type { RouterGateway } from '../router-gateway.ts';
import type { RouterMeasures, RouterPollAnswer, RouterPollRequest, RouterReach } from '../router-protocol.ts';
import { addMeasures, changesSince, inServerTime, storeReach } from '../routes/index.ts';
import type { LiveRouters } from './live-routers.ts';
import { RouterTokens } from './tokens.ts';

/** The server's side of the router protocol. A waiting router costs a promise, a timer and no database call. */
export class Routers implements RouterGateway {
  readonly #parts: { storage: Storage; clock: Clock };
  readonly #live: LiveRouters;
  readonly #tokens: RouterTokens;
  readonly #reread: number;
  readonly #bells = new Set<Bell>();
  #closed = false;

  /** `reread`: a waiting router looks again after so many milliseconds without news. */
  constructor(parts: { storage: Storage; clock: Clock }, live: LiveRouters, reread: number) {
    this.#parts = parts;
    this.#reread = reread;
    this.#live = live;
    this.#tokens = new RouterTokens(parts.storage);
  }

  /** Hears of new versions of the table. */
  listen(): () => void {
    return this.#parts.storage.listen(channels.routes, () => this.#ringAll());
  }

  authenticate(token: string): Promise<void> {
    return this.#tokens.check(token);
  }

  admit(token: string): Promise<void> {
    return this.#tokens.admit(token);
  }

  async poll(request: RouterPollRequest, signal: AbortSignal): Promise<RouterPollAnswer> {
    const { storage, clock } = this.#parts;
    if (this.#closed) throw new CoreError('unavailable', 'The server is shutting down.');
    const bell = new Bell();
    this.#bells.add(bell);
    const release = this.#live.hold(request.router);
    const until = clock.now() + request.waitSeconds * 1000;
    try {
      await this.#live.note(request);
      for (;;) {
        const changes = await storage.read((reader) => changesSince(reader, request.applied));
        if (changes) return changes;
        const left = until - clock.now();
        if (left <= 0 || signal.aborted || this.#closed)
          return { version: request.applied, complete: false, routes: [], removed: [] };
        await bell.wait(clock, Math.min(left, this.#reread), signal);
      }
    } finally {
      this.#bells.delete(bell);
      release(signal.aborted);
    }
  }

  ended(router: string): Promise<void> {
    return this.#live.end(router);
  }

  hearNoMore(): void {
    this.#live.hearNoMore();
  }

  async measures(report: RouterMeasures): Promise<void> {
    const { storage, clock } = this.#parts;
    const own = inServerTime(report, clock.now());
    await storage.write((unit) => addMeasures(unit, own));
  }

  async reach(report: RouterReach): Promise<void> {
    await this.#parts.storage.write((unit) => storeReach(unit, report));
  }

  /** Ends held calls. */
  close(): void {
    this.#closed = true;
    this.#ringAll();
  }

  #ringAll(): void {
    for (const bell of this.#bells) bell.ring();
  }
}
