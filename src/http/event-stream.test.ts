import fastify from 'fastify';
import { expect, test } from 'vitest';
import { CoreError } from '../errors/index.ts';
import type { Principal } from '../identity/index.ts';
import { guardRoutes, sendEvents } from './index.ts';

const somebody = { id: 1, name: 'ada' } as unknown as Principal;

/** A stream of ticks behind a guard, and what decides over it. */
async function ticking() {
  const world = { isKnown: true, isGranted: true, hasEnded: false };
  const identity = {
    async require() {
      if (!world.isGranted) throw new CoreError('forbidden', 'no');
    },
  };
  const app = fastify();
  guardRoutes(app, identity, async () => (world.isKnown ? somebody : undefined));
  app.get('/ticks', { config: { permission: 'x', background: true } }, async (_request, reply) =>
    sendEvents(
      reply,
      (async function* () {
        try {
          for (let tick = 0; ; tick++) {
            yield { data: tick };
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        } finally {
          world.hasEnded = true;
        }
      })(),
      20,
    ),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const response = await fetch(`${url}/ticks`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  return { world, reader, app };
}

test.each(['isKnown', 'isGranted'] as const)(
  'a stream of events ends soon after its caller would not be let in any more (%s)',
  async (what) => {
    const { world, reader, app } = await ticking();
    // It goes on over several of the times at which it is asked.
    const until = performance.now() + 100;
    while (performance.now() < until) expect((await reader.read()).done).toBe(false);
    world[what] = false;
    while (!(await reader.read()).done);
    await expect.poll(() => world.hasEnded).toBe(true);
    await app.close();
  },
);
