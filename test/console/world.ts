import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { Plan } from '../../src/engine/index.ts';
import type { AgentProcess } from '../agent/agent-process.ts';
import { buildConsole } from '../harness/console.ts';
import { startAgent, startServer, type TestServer } from '../harness/server.ts';
import { type WatchedPage, watchedPages } from './watched-page.ts';

/** Who the tests log in as; the viewer may look at everything and change nothing. */
export const people = {
  dev: { name: 'dev@example.com', password: 'change-me-now' },
  viewer: { name: 'viewer@example.com', password: 'only-looking' },
} as const;

const appKey = 'r9Zd7vDEmWMfQb00';
const key = { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' };

/** A real server, three real agents and a real browser. */
export interface World {
  readonly server: TestServer;
  readonly agents: readonly AgentProcess[];
  /** A page of a fresh browser profile, logged in as `who` (null: nobody), with what went wrong on it. */
  page(options?: BrowserContextOptions, who?: keyof typeof people | null): Promise<WatchedPage>;
  /** Accepts a rollout; answers its id. */
  deploy(title: string, stages: Plan['stages']): Promise<string>;
  /** Deploys as a pipeline would, through nhn-deploy; answers where it says that the result can be seen. */
  deployByPipeline(): Promise<string>;
  /** A script that waits until `open` is called: so tests see a deployment in the middle without racing it. */
  gate(): { readonly wait: string; open(): Promise<void> };
  /** Opens every gate, so that a test that failed does not keep the hosts from the next one. */
  openGates(): Promise<void>;
  close(): Promise<void>;
}

/** Builds the console and starts everything; hosts s1, s2 and s3 are connected. */
export async function openWorld(browser: Browser): Promise<World> {
  await buildConsole();
  const server = await startServer({
    declaration: {
      principals: [{ ...people.dev, admin: true, keys: [key] }, { ...people.viewer }],
      nhnDeploy: {
        projects: [
          {
            name: 'demo',
            appKey,
            members: { [people.dev.name]: 'ADMIN' },
            artifacts: [
              {
                id: 1,
                name: 'shop-api',
                type: 'server',
                commandType: 'CLOUD_AGENT',
                serverGroups: [
                  { id: 2, name: 'web', os: 'LINUX', shell: '/bin/sh', servers: ['s1', 's2', 's3'] },
                ],
                scenarios: [
                  {
                    id: 3,
                    name: 'release',
                    serverGroups: [2],
                    tasks: [
                      { type: 'user-command', name: 'start', timeoutMinutes: 5, command: 'echo hello' },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    },
  });
  const { parts } = server.server;
  const viewer = await parts.identity.find(people.viewer.name);
  await parts.storage.write((unit) =>
    parts.identity.grant(unit, { principalId: viewer?.id ?? 0, role: 'core:VIEWER', resource: '/' }),
  );
  const agents = await Promise.all(['s1', 's2', 's3'].map((name) => startAgent(server, name)));
  const gates = join(server.data, 'gates');
  await mkdir(gates);
  const made: string[] = [];
  return {
    server,
    agents,
    page: watchedPages(browser, server, people),
    async deploy(title, stages) {
      // Asked for anew: a test may have restarted the server.
      const { parts } = server.server;
      const { id } = await parts.storage.write((unit) =>
        parts.engine.accept(unit, {
          owner: { dialect: 'nhn-deploy', noun: 'test', id: '1' },
          title,
          resource: '/nhn-deploy/projects/1/artifacts/1',
          requestedBy: people.dev.name,
          plan: { stages },
        }),
      );
      return id;
    },
    async deployByPipeline() {
      const path = `/api/v1.0/projects/${appKey}/artifacts/1/server-group/2/scenario/3/deploy`;
      const answer = await server.call(path, {
        headers: { 'x-tc-authentication-id': key.id, 'x-tc-authentication-secret': key.secret },
        json: { targetServerHostnames: 's1,s2,s3', concurrentNum: 0, nextWhenFail: false, deployNote: '' },
      });
      return answer.json.body.deployResultLocation;
    },
    gate() {
      const file = join(gates, randomUUID());
      made.push(file);
      return { wait: `while [ ! -e ${file} ]; do sleep 0.05; done`, open: () => writeFile(file, '') };
    },
    async openGates() {
      await Promise.all(made.splice(0).map((file) => writeFile(file, '')));
    },
    async close() {
      await browser.close();
      await Promise.all(agents.map((agent) => agent.kill('SIGKILL')));
      await server.close();
    },
  };
}

/** A stage that runs scripts on hosts, by their names: `{ start: 'echo hello' }`. */
export function scripts(
  name: string,
  hosts: readonly string[],
  texts: Readonly<Record<string, string>>,
): Plan['stages'][number] {
  return {
    name,
    hosts: [...hosts],
    onFailure: 'continue',
    steps: Object.entries(texts).map(([step, text]) => ({
      where: 'agent',
      kind: 'script',
      name: step,
      shell: '/bin/sh',
      text,
      timeoutSeconds: 60,
    })),
  };
}
