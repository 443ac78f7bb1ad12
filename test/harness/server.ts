import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Logger } from 'pino';
import { type Configuration, loadConfiguration } from '../../src/config/index.ts';
import { compose, type Server } from '../../src/main.ts';
import type { Clock } from '../../src/storage/index.ts';
import { AgentProcess } from '../agent/agent-process.ts';
import { freePort } from './free-port.ts';
import { cheapHash } from './identity.ts';
import { sharedPipeline } from './pipeline.ts';
import { endIfRunning } from './process-life.ts';
import { chosenDatabaseUrl, silent } from './storage.ts';

/** What a test asks of its server. */
export interface TestServerOptions {
  /** Applied at start: YAML, or a value that is written as JSON. */
  readonly declaration?: string | object;
  readonly clock?: Clock;
  /** Default: an embedded database in the test's own folder. */
  readonly databaseUrl?: string;
  readonly settings?: Partial<Configuration>;
  readonly log?: Logger;
}

/** One call of a test. */
export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is: text, bytes, a FormData. */
  readonly body?: RequestInit['body'];
  /** Sent as `Authorization: Basic id:secret`. */
  readonly key?: { readonly id: string; readonly secret: string };
  readonly signal?: AbortSignal;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
  readonly json: any;
}

/** A real server in this process, on a free port of the loopback and with a data folder of its own. */
export interface TestServer {
  readonly url: string;
  readonly data: string;
  readonly server: Server;
  /** Calls the server; the path begins with `/`. */
  call(path: string, options?: CallOptions): Promise<Answer>;
  /** Resolves when the host's agent is connected. */
  hostUp(name: string): Promise<void>;
  /** Stops politely and starts again on the same data and port. */
  restart(): Promise<void>;
  /** Cuts every connection and the database at once, as a loss of power would, and starts again on the same data and port. */
  crash(): Promise<void>;
  /** Stops and removes the data, with every instance that agents have left running. */
  close(): Promise<void>;
}

/** The key that a test's declaration gives its admin, by which `call` may be made. */
export const adminKey = { id: 'ADMINKEY000000000001', secret: 'adminsecret00001' } as const;

/** Starts a server; it has an admin with `adminKey` whatever else is declared. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const data = await mkdtemp(join(tmpdir(), 'slipway-server-'));
  const { configuration } = await loadConfiguration({ environment: {}, folder: data });
  const databaseUrl = options.databaseUrl ?? (await chosenDatabaseUrl());
  const settings: Configuration = {
    ...configuration,
    data,
    port: await freePort(),
    logLevel: 'silent',
    drainSeconds: 0,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...options.settings,
  };
  if (options.declaration !== undefined) {
    settings.declaration = join(data, 'declaration.yaml');
    const { declaration } = options;
    await writeFile(
      settings.declaration,
      typeof declaration === 'string' ? declaration : JSON.stringify(declaration),
    );
  }
  const running = new RunningServer(settings, options);
  await running.start();
  await running.declareAdmin();
  return running;
}

class RunningServer implements TestServer {
  readonly #settings: Configuration;
  readonly #options: TestServerOptions;
  #server: Server | undefined;
  url = '';

  constructor(settings: Configuration, options: TestServerOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  get data(): string {
    return this.#settings.data;
  }

  get server(): Server {
    if (!this.#server) throw new Error('the test server is stopped');
    return this.#server;
  }

  async start(): Promise<void> {
    const { clock, log = silent } = this.#options;
    this.#server = await compose(this.#settings, {
      log,
      hashCost: cheapHash,
      pipeline: sharedPipeline,
      ...(clock ? { clock } : {}),
    });
    this.url = await this.#server.listen();
    this.#settings.port = Number(new URL(this.url).port);
  }

  async declareAdmin(): Promise<void> {
    const document = { principals: [{ name: 'admin@test', admin: true, keys: [adminKey] }] };
    await this.server.management.applyDeclaration({ document, by: 'test' });
  }

  async call(path: string, options: CallOptions = {}): Promise<Answer> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.json !== undefined) headers['content-type'] ??= 'application/json';
    if (options.key) {
      headers.authorization = `Basic ${Buffer.from(`${options.key.id}:${options.key.secret}`).toString('base64')}`;
    }
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const answer = await fetch(`${this.url}${path}`, {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
  }

  async hostUp(name: string): Promise<void> {
    const { hosts } = this.server.parts.engine;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        hosts.up([name]).then((up) => {
          if (!up.get(name)) return;
          stop();
          resolve();
        }, reject);
      };
      const stop = hosts.subscribe(look);
      look();
    });
  }

  async restart(): Promise<void> {
    await this.server.close();
    await this.start();
  }

  async crash(): Promise<void> {
    const lost = this.server;
    this.#server = undefined;
    lost.app.server.closeAllConnections();
    await lost.parts.storage.close();
    await lost.close().catch(() => {});
    await this.start();
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await endInstances(join(this.data, 'agents'));
    await rm(this.data, { recursive: true, force: true });
  }
}

/** Instances outlive their agents, which tests end as they like; an agent that still runs would start them again. */
async function endInstances(folder: string): Promise<void> {
  const programs = await readdir(folder).catch(() => []);
  await Promise.all(
    programs
      .filter((file) => file.endsWith('.mjs'))
      .map(async (file) => {
        const program = join(folder, file);
        const state = program.slice(0, -'.mjs'.length);
        const lock = await readFile(join(state, 'lock'), 'utf8').catch(() => undefined);
        if (lock) endIfRunning(JSON.parse(lock).pid, program);
        if ((await readdir(join(state, 'instances')).catch(() => [])).length === 0) return;
        const host = basename(state);
        const options = ['--server', 'http://127.0.0.1:1', '--name', host, '--state', state];
        await new AgentProcess(program, state, [...options, '--remove-instances'], {}).exit();
      }),
  );
}

/** Starts a real agent that joins `server` as `name`, and resolves when it is connected. Its steps see `environment`. */
export async function startAgent(
  server: TestServer,
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<AgentProcess> {
  const { server: composed, url, data } = server;
  const folder = join(data, 'agents', name);
  const { token } = await composed.parts.storage.write((unit) =>
    composed.parts.identity.createJoinToken(unit, { hosts: [name] }),
  );
  // In the data folder, so that it goes with it.
  const program = join(data, 'agents', `${name}.mjs`);
  await mkdir(join(data, 'agents'), { recursive: true });
  const bundle = await fetch(`${url}/agent/slipway-agent.mjs`);
  await writeFile(program, Buffer.from(await bundle.arrayBuffer()));
  const agent = new AgentProcess(program, folder, ['--server', url, '--name', name, '--state', folder], {
    SLIPWAY_TOKEN: token,
    HOME: data,
    ...environment,
  });
  await server.hostUp(name);
  return agent;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
