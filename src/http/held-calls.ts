import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CoreError } from '../errors/index.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The calls in flight and the two steps of a shutdown. */
    readonly heldCalls: HeldCalls;
  }
}

/** Calls in flight, and how they end when the server does. */
export interface HeldCalls {
  /** Whether a shutdown has begun: no longer ready for new work. */
  readonly draining: boolean;
  /**
   * Ends the `background` calls, waits until nothing is in flight that somebody waits for, at most so long, and then
   * ends every held call.
   */
  drain(milliseconds: number): Promise<void>;
  /** Calls `end` when a call of this kind has to end; the returned function forgets it. */
  onEnding(background: boolean, end: () => void): () => void;
}

/** Counts calls in flight (but those of `background` routes), for a shutdown that waits for them. */
export function trackHeldCalls(app: FastifyInstance): void {
  const calls = new Calls();
  app.decorate('heldCalls', calls);
  app.addHook('onRequest', async (request, reply) => {
    const { background, hearsWhileDraining } = request.routeOptions.config ?? {};
    if (background) {
      if (calls.draining && !hearsWhileDraining) throw draining();
      return;
    }
    const left = calls.entered();
    reply.raw.once('close', left);
  });
}

/** What a `background` call is answered while the server drains: answered otherwise, a poll would come again at once. */
export function draining(): CoreError {
  return new CoreError('unavailable', 'The server is shutting down; try again');
}

/**
 * Aborts when the caller hangs up, and when the server closes (`background` calls: as soon as it begins to drain).
 * For everything that holds an answer back.
 * @example await engine.waitForEnd(rolloutId, callSignal(request, reply));
 */
export function callSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const forget = request.server.heldCalls.onEnding(request.routeOptions.config?.background ?? false, abort);
  if (reply.raw.destroyed) abort();
  reply.raw.once('close', () => {
    forget();
    if (!reply.raw.writableFinished) abort();
  });
  return controller.signal;
}

class Calls implements HeldCalls {
  draining = false;
  #closing = false;
  #inFlight = 0;
  #idle: (() => void) | undefined;
  readonly #background = new Set<() => void>();
  readonly #foreground = new Set<() => void>();

  entered(): () => void {
    this.#inFlight++;
    return () => {
      this.#inFlight--;
      if (this.#inFlight === 0) this.#idle?.();
    };
  }

  onEnding(background: boolean, end: () => void): () => void {
    if (background ? this.draining : this.#closing) {
      end();
      return () => {};
    }
    const ends = background ? this.#background : this.#foreground;
    ends.add(end);
    return () => ends.delete(end);
  }

  async drain(milliseconds: number): Promise<void> {
    this.draining = true;
    for (const end of [...this.#background]) end();
    if (this.#inFlight > 0 && milliseconds > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#closing = true;
    for (const end of [...this.#foreground]) end();
  }
}
