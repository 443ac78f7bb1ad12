import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AgentProcess } from '../../agent/agent-process.ts';
import { type RoutedAnswer, startRouter, type TestRouter } from '../../harness/router.ts';
import { type SampleOptions, sampleBundle } from '../../harness/sample-bundle.ts';
import { type Answer, startAgent, type TestServerOptions } from '../../harness/server.ts';
import { type NullplatformServer, startNullplatform } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

/** A server with two real agents, a real router, and a place that agents fetch bundles from. */
export interface Field {
  readonly server: NullplatformServer;
  readonly router: TestRouter;
  readonly agents: readonly AgentProcess[];
  /** A release of application 4 whose program does what the options say; answers its id. */
  release(options: SampleOptions): Promise<number>;
  /** A new scope of application 4 on both hosts, two instances, probed at once; `more` goes into its body. */
  scope(name: string, more?: Json): Promise<Json>;
  /** The answer of `POST /deployment`. */
  deploy(scopeId: number, releaseId: number, more?: Json): Promise<Answer>;
  patch(id: number, body: Json): Promise<Answer>;
  read(id: number): Promise<Json>;
  /** The event log. */
  messages(id: number): Promise<{ level: string; message: string; timestamp: number }[]>;
  /** Resolves with the deployment as soon as it is as wanted. */
  until(id: number, isIt: (deployment: Json) => boolean): Promise<Json>;
  /** Resolves with the deployment once it has this status; fails when it ends with another. */
  untilStatus(id: number, status: string): Promise<Json>;
  /** Deploys and waits until it is finalized (the first one) or runs. */
  rollOut(scopeId: number, releaseId: number): Promise<Json>;
  /** Asks the scope's address. */
  visit(scope: Json, path?: string): Promise<RoutedAnswer>;
  /** How many of so many requests each version answered. */
  split(scope: Json, requests: number): Promise<Record<string, number>>;
  /** Asks the scope's address all the time on a few connections; `stop` answers what went wrong. */
  load(scope: Json): { stop(): Promise<string[]> };
  close(): Promise<void>;
}

const health = { path: '/health', initial_delay_seconds: 0, period_seconds: 1, timeout_seconds: 1 };
const ends = ['finalized', 'cancelled', 'rolled_back', 'failed', 'creating_approval_denied', 'deleted'];

/** Starts all of it. */
export async function startField(options: TestServerOptions = {}): Promise<Field> {
  const server = await startNullplatform(options);
  const bundles = await startBundles();
  const agents = await Promise.all(['s1', 's2'].map((name) => startAgent(server, name)));
  const router = await startRouter(server);

  const read = async (id: number) => (await server.api(`/deployment/${id}`)).json;
  const messages = async (id: number) =>
    (await server.api(`/deployment/${id}?include_messages=true`)).json.messages;
  const until = (id: number, isIt: (deployment: Json) => boolean) =>
    new Promise<Json>((resolve, reject) => {
      const stop = () => {
        stopListening();
        clearTimeout(timer);
      };
      let isLooking = false;
      let isNews = false;
      // One read after the other: what comes is seen in its order.
      const look = async () => {
        isNews = true;
        if (isLooking) return;
        isLooking = true;
        while (isNews) {
          isNews = false;
          const deployment = await read(id);
          if (!isIt(deployment)) continue;
          stop();
          return resolve(deployment);
        }
        isLooking = false;
      };
      const tryLook = () => {
        look().catch((error) => {
          stop();
          reject(error);
        });
      };
      const stopListening = server.server.parts.storage.listen('nullplatform-scopes', tryLook);
      const timer = setTimeout(async () => {
        stop();
        reject(new Error(`it never came: ${JSON.stringify([await read(id), await messages(id)], null, 1)}`));
      }, 100_000);
      tryLook();
    });
  const untilStatus = async (id: number, status: string) => {
    const deployment = await until(id, (now) => now.status === status || ends.includes(now.status));
    if (deployment.status === status) return deployment;
    throw new Error(`it ended ${deployment.status}: ${JSON.stringify(await messages(id), null, 1)}`);
  };
  const deploy = (scopeId: number, releaseId: number, more: Json = {}) =>
    server.api('/deployment', { json: { scope_id: scopeId, release_id: releaseId, ...more } });
  const visit = (scope: Json, path = '/') => router.call(scope.domain, path);

  return {
    ...{ server, router, agents, deploy, read, messages, until, untilStatus, visit },
    async release(sample) {
      const url = bundles.put(await sampleBundle(sample));
      return await releaseOf(server, url);
    },
    async scope(name, more = {}) {
      const { capabilities, ...rest } = more;
      const answer = await server.api('/scope', {
        json: {
          application_id: 4,
          name,
          type: 'web_pool',
          hosts: ['s1', 's2'],
          capabilities: { health_check: health, scaling_type: 'fixed', fixed_instances: 2, ...capabilities },
          ...rest,
        },
      });
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json;
    },
    patch: (id, body) => server.api(`/deployment/${id}`, { method: 'PATCH', json: body }),
    async rollOut(scopeId, releaseId) {
      const { status, json, text } = await deploy(scopeId, releaseId);
      if (status !== 200) throw new Error(text);
      return await untilStatus(json.id, json.strategy === 'initial' ? 'finalized' : 'running');
    },
    async split(scope, requests) {
      const answers = await Promise.all(Array.from({ length: requests }, () => visit(scope)));
      const counts: Record<string, number> = {};
      for (const { text } of answers) counts[text] = (counts[text] ?? 0) + 1;
      return counts;
    },
    load(scope) {
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const failures: string[] = [];
      let isOver = false;
      let answered = 0;
      const ask = async () => {
        while (!isOver) {
          const answer = await router
            .call(scope.domain, '/slow?ms=25', { agent })
            .catch((error: Error) => ({ status: 0, text: error.message }));
          answered += 1;
          if (answer.status !== 200) failures.push(`${answer.status} ${answer.text}`);
        }
      };
      const asking = Promise.all(Array.from({ length: 4 }, ask));
      return {
        async stop() {
          isOver = true;
          await asking;
          agent.destroy();
          return answered === 0 ? ['nothing was asked'] : failures;
        },
      };
    },
    async close() {
      await router.close();
      await Promise.all(agents.map((agent) => agent.kill('SIGTERM')));
      await bundles.close();
      await server.close();
    },
  };
}

/** A release of application 4 with one bundle from this address; answers its id. */
export async function releaseOf(server: NullplatformServer, url: string, more: Json = {}): Promise<number> {
  const build = await server.api('/build', { json: { application_id: 4, commit: { id: 'c0ffee' } } });
  const build_id = build.json.id;
  await server.api('/asset', { json: { build_id, type: 'bundle', name: 'main', url } });
  await server.api(`/build/${build_id}`, { method: 'PATCH', json: { status: 'successful' } });
  const json = { application_id: 4, build_id, status: 'active', ...more };
  const release = await server.api('/release', { json });
  if (release.status !== 200) throw new Error(release.text);
  return release.json.id;
}

interface Bundles {
  /** Keeps the bytes; answers where they can be fetched. */
  put(bytes: Buffer): string;
  close(): Promise<void>;
}

async function startBundles(): Promise<Bundles> {
  const kept: Buffer[] = [];
  const server: Server = createServer((request, response) => {
    const bytes = kept[Number(request.url?.split('/')[1])];
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    put: (bytes) => `http://127.0.0.1:${port}/${kept.push(bytes) - 1}/app.tar.gz`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
