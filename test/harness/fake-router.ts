import { randomUUID } from 'node:crypto';
import type { RouterGateway } from '../../src/engine/index.ts';
import type { RouterPollAnswer, RouterPollRequest, RoutingEntry } from '../../src/engine/router-protocol.ts';

/** A router that speaks the real protocol and sends no requests: it has its table and says which version it follows. */
export class FakeRouter {
  readonly id: string;
  readonly table = new Map<string, RoutingEntry>();
  readonly #gateway: RouterGateway;
  readonly #stop = new AbortController();
  applied = 0;
  drained = 0;
  draining: RouterPollRequest['draining'];
  #loop: Promise<void> | undefined;

  constructor(gateway: RouterGateway, id: string = randomUUID()) {
    this.#gateway = gateway;
    this.id = id;
  }

  /** Asks once, and applies the answer. */
  async poll(waitSeconds = 0): Promise<RouterPollAnswer> {
    const answer = await this.#ask(waitSeconds);
    this.take(answer);
    return answer;
  }

  /** Routes by the answer from now on. */
  take(answer: RouterPollAnswer): void {
    if (answer.complete) this.table.clear();
    for (const host of answer.removed) this.table.delete(host);
    for (const entry of answer.routes) this.table.set(entry.host, entry);
    this.applied = answer.version;
  }

  /** Asks again and again, and applies and drains at once, until `stop`. Resolves when the engine knows it. */
  async follow(): Promise<this> {
    await this.poll();
    this.drained = this.applied;
    this.#loop = this.#follow();
    return this;
  }

  /** Holds one request open without applying what it brings. */
  listen(waitSeconds = 30): Promise<RouterPollAnswer> {
    return this.#ask(waitSeconds);
  }

  /** Goes away like one that was killed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  #ask(waitSeconds: number): Promise<RouterPollAnswer> {
    const { id: router, applied, drained, draining } = this;
    const told = { applied, drained, ...(draining ? { draining } : {}) };
    const request = { router, address: 'http://127.0.0.1:4680', ...told, waitSeconds };
    return this.#gateway.poll(request, this.#stop.signal);
  }

  async #follow(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.poll(30);
        this.drained = this.applied;
      } catch {
        // A server that restarts is asked again soon.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}
