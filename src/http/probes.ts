import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { CoreError } from '../errors/index.ts';
import { type Gauge, lazyMetrics, RequestCounts } from './metrics.ts';

/** What the probes ask and measure. */
export interface ProbeParts {
  /** Throws when the server cannot serve now; the message says why. */
  readonly ready: () => Promise<void>;
  readonly gauges: readonly Gauge[];
}

/**
 * `/healthz` (the process answers), `/readyz` (it can serve: database, blobs, not shutting down) and `/metrics`
 * (Prometheus, to callers on this machine only). Registered on the root, since it counts every request.
 */
export function registerProbes(app: FastifyInstance, { ready, gauges }: ProbeParts): void {
  const counts = new RequestCounts();
  counts.watch(app);
  const metrics = lazyMetrics(counts, gauges);

  // HEAD as well: some monitors ask by it.
  app.route({
    method: ['GET', 'HEAD'],
    url: '/healthz',
    config: { open: 'Says only that the process answers.', quiet: true },
    handler: async () => ({ status: 'ok' }),
  });

  app.route({
    method: ['GET', 'HEAD'],
    url: '/readyz',
    config: {
      open: 'Load balancers ask without a key; says only whether the server can serve.',
      quiet: true,
    },
    handler: async () => {
      if (app.heldCalls.draining) throw new CoreError('unavailable', 'The server is shutting down');
      await ready();
      return { status: 'ready' };
    },
  });

  app.get(
    '/metrics',
    { config: { open: 'Answers callers on the same machine only.', quiet: true } },
    async (request, reply) => {
      if (!isLocal(request.raw)) {
        throw new CoreError('forbidden', 'Metrics are given to callers on the same machine only');
      }
      const { type, text } = await metrics();
      return reply.header('content-type', type).send(text);
    },
  );
}

/** By the socket's own address, which no header can change; and a proxy on this machine asks for somebody else. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const isLoopback = /^(::1$|(::ffff:)?127\.)/.test(socket.remoteAddress ?? '');
  return isLoopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
