import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { endProcess } from '../../src/processes/index.ts';
import { freePort } from '../harness/free-port.ts';
import { sampleBundle } from '../harness/sample-bundle.ts';
import { until } from '../harness/waiting.ts';
import { Restartable } from './process.ts';
import { type AtEnd, type Engine, prepareServer } from './shaken-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const agentBundle = 'dist/slipway-agent.mjs';
const joinToken = 'join-chaos-000000000000000';
const apiKey = 'MTI4ODQwNDE1Mg==.YWRtaW5hZG1pbmFkbWluYWRtaW4=';
const hosts = ['s1', 's2'];

const declaration = {
  joinTokens: [{ token: joinToken, hosts: ['*'] }],
  nullplatform: {
    organization: { id: 1, name: 'acme' },
    apiKeys: [{ name: 'admin', key: apiKey, grants: [{ nrn: 'organization=1', role: 'admin' }] }],
    accounts: [
      {
        id: 2,
        name: 'shop',
        namespaces: [{ id: 3, name: 'web', applications: [{ id: 4, name: 'storefront' }] }],
      },
    ],
  },
};

const capabilities = {
  health_check: { path: '/health', initial_delay_seconds: 0, period_seconds: 1, timeout_seconds: 1 },
  scaling_type: 'fixed',
  fixed_instances: 2,
};

/** A server of the build with its router, two agents and one scope, all of which may be killed. */
export interface ScopeWorld {
  readonly folder: string;
  readonly scope: Json;
  readonly server: Restartable;
  readonly agents: readonly Restartable[];
  ready(): Promise<void>;
  /** Calls the API; waits for a server that is away. */
  api(method: string, path: string, json?: Json): Promise<{ status: number; json: Json }>;
  /** A release of this version; answers its id. */
  release(version: string): Promise<number>;
  /** What the scope's address answers: a version, or why there is none. */
  visit(): Promise<string>;
  /** The process of the router that the server keeps. */
  routerPid(): Promise<number>;
  /** The processes of instances that live. */
  instancePids(): number[];
}

/** Starts it. */
export async function startScopeWorld(engine: Engine, atEnd: AtEnd): Promise<ScopeWorld> {
  const routerPort = await freePort();
  const prepared = await prepareServer(engine, () => declaration, atEnd, {
    SLIPWAY_ROUTER_PORT: String(routerPort),
  });
  const { base, folder, data, process: server, ready } = prepared;
  atEnd(() => endProcess(join(data, 'router', 'process.json'), 5_000));
  atEnd(() => server.kill());
  const stateOf = (name: string) => join(folder, name);
  const agents = hosts.map((name) => {
    const told = ['--server', base, '--token', joinToken, '--name', name, '--state', stateOf(name)];
    return new Restartable([agentBundle, ...told], {}, join(folder, `${name}.log`));
  });
  atEnd(async () => {
    for (const [index, agent] of agents.entries()) {
      await agent.kill();
      const name = hosts[index] as string;
      const told = ['--server', base, '--name', name, '--state', stateOf(name), '--remove-instances'];
      await once(spawn(process.execPath, [agentBundle, ...told], { stdio: 'ignore' }), 'exit');
    }
  });
  server.start();
  await ready();
  for (const agent of agents) agent.start();

  const asked = await fetch(`${base}/token`, { method: 'POST', body: JSON.stringify({ api_key: apiKey }) });
  const { access_token: token } = (await asked.json()) as { access_token: string };
  const api = (method: string, path: string, json?: Json) =>
    until(async () => {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(json && { body: JSON.stringify(json) }),
      }).catch(() => undefined);
      const text = await answer?.text().catch(() => undefined);
      if (!answer || text === undefined || answer.status === 503) return undefined;
      return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
    }, `${method} ${path} to be answered`);
  const made = await api('POST', '/scope', {
    application_id: 4,
    name: 'shaken',
    type: 'web_pool',
    hosts,
    capabilities,
  });
  const scope = made.json;

  return {
    ...{ folder, scope, server, agents, ready, api },
    async release(version) {
      const build = (await api('POST', '/build', { application_id: 4, commit: { id: 'c0ffee' } })).json;
      const { url } = (await api('POST', `/build/${build.id}/asset_url`, {})).json;
      await fetch(url, { method: 'PUT', body: new Uint8Array(await sampleBundle({ version })) });
      await api('POST', '/asset', { build_id: build.id, type: 'bundle', url });
      await api('PATCH', `/build/${build.id}`, { status: 'successful' });
      const json = { application_id: 4, build_id: build.id, status: 'active' };
      return (await api('POST', '/release', json)).json.id;
    },
    visit: () => ask(routerPort, scope.domain),
    routerPid: async () => JSON.parse(await readFile(join(data, 'router', 'process.json'), 'utf8')).pid,
    instancePids: () => processesIn(folder),
  };
}

function ask(port: number, host: string): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.once('error', (error) => resolve(error.message));
      response.once('end', () => resolve(response.statusCode === 200 ? text : `${response.statusCode}`));
    });
    request.once('error', (error) => resolve(error.message));
  });
}

/** Found by what the system says of every process, since what agents remember may be what is wrong. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isProgramIn(name, folder))
    .map(Number);
}

function isProgramIn(pid: string, folder: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('server.mjs') && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false;
  }
}
