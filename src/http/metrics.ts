import type { FastifyInstance } from 'fastify';

/** Numbers that are read when somebody asks for them: name without prefix, help text, value. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  read(): Promise<number> | number;
}

interface Count {
  requests: number;
  seconds: number;
}

/** Counts requests by pattern and status class, in plain maps: the metrics library is loaded only when somebody asks. */
export class RequestCounts {
  readonly #counts = new Map<string, Count>();

  watch(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'unknown';
      const key = `${request.method} ${Math.floor(reply.statusCode / 100)}xx ${route}`;
      let count = this.#counts.get(key);
      if (!count) {
        count = { requests: 0, seconds: 0 };
        this.#counts.set(key, count);
      }
      count.requests++;
      count.seconds += reply.elapsedTime / 1000;
    });
  }

  *rows(): Iterable<{ method: string; status: string; route: string } & Count> {
    for (const [key, count] of this.#counts) {
      const [method = '', status = '', ...route] = key.split(' ');
      yield { method, status, route: route.join(' '), ...count };
    }
  }
}

/** The Prometheus text of everything that is measured: requests, the process, and the given gauges. */
export type Metrics = () => Promise<{ type: string; text: string }>;

/** Builds the metrics at the first question; until then they cost nothing but the counting of requests. */
export function lazyMetrics(counts: RequestCounts, gauges: readonly Gauge[]): Metrics {
  let registry: ReturnType<typeof buildRegistry> | undefined;
  return async () => {
    registry ??= buildRegistry(counts, gauges);
    const built = await registry;
    return { type: built.contentType, text: await built.metrics() };
  };
}

async function buildRegistry(counts: RequestCounts, gauges: readonly Gauge[]) {
  const { Counter, Gauge: PrometheusGauge, Registry, collectDefaultMetrics } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'slipway_' });
  const labelNames = ['method', 'status', 'route'];
  const perRoute = (name: string, help: string, amount: (count: Count) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const { method, status, route, ...count } of counts.rows()) {
          this.inc({ method, status, route }, amount(count));
        }
      },
    });
  perRoute('slipway_http_requests_total', 'Answered requests by route pattern.', (count) => count.requests);
  perRoute(
    'slipway_http_request_seconds_total',
    'Time to the end of the answer, held calls included.',
    (count) => count.seconds,
  );
  for (const { name, help, read } of gauges) {
    new PrometheusGauge({
      name: `slipway_${name}`,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  }
  return registry;
}
