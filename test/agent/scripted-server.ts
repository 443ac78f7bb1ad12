import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { createAgentRoutes } from '../../src/http/agents/index.ts';
import { buildServer } from '../../src/http/index.ts';
import { systemClock } from '../../src/storage/index.ts';
import { freePort } from '../harness/free-port.ts';
import { AgentProcess } from './agent-process.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

/** A real HTTP server with the real routes of the agent protocol over a scripted gateway, and its agents. */
export class ScriptedServer {
  readonly gateway = new ScriptedGateway();
  readonly folder: string;
  #app: FastifyInstance;
  #port = 0;
  readonly #agents: AgentProcess[] = [];

  private constructor(folder: string, app: FastifyInstance) {
    this.folder = folder;
    this.#app = app;
  }

  static async start(): Promise<ScriptedServer> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-agent-'));
    const server = new ScriptedServer(folder, undefined as unknown as FastifyInstance);
    await server.open();
    const program = await fetch(`${server.url}/agent/slipway-agent.mjs`);
    await writeFile(server.program, Buffer.from(await program.arrayBuffer()));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The agent's bundle, as it was handed out. */
  get program(): string {
    return join(this.folder, 'slipway-agent.mjs');
  }

  /** Takes calls; on the same port as before when it was cut. */
  async open(): Promise<void> {
    const app = buildServer({ log: pino({ enabled: false }), owners: [] });
    await app.register(
      createAgentRoutes({ engine: { agents: this.gateway }, clock: systemClock, publicUrl: () => this.url }),
    );
    this.#port ||= await freePort();
    await app.listen({ host: '127.0.0.1', port: this.#port });
    this.#app = app;
  }

  /** Ends every connection and takes no more, as a cut network does. */
  async cut(): Promise<void> {
    this.#app.server.closeAllConnections();
    await this.#app.close();
  }

  /** Starts an agent process that joins under this name, in a state folder of the same name. */
  agent(name: string, args: readonly string[] = [], environment: Record<string, string> = {}): AgentProcess {
    const agent = new AgentProcess(
      this.program,
      join(this.folder, name),
      [
        ...['--server', this.url, '--name', name, '--state', join(this.folder, name), '--grace', '0.5'],
        ...args,
      ],
      { SLIPWAY_TOKEN: 'good-token', HOME: this.folder, ...environment },
    );
    this.#agents.push(agent);
    return agent;
  }

  async killAgents(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.kill('SIGKILL')));
  }

  async close(): Promise<void> {
    await this.killAgents();
    await this.cut();
    await rm(this.folder, { recursive: true, force: true });
  }
}
