import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentProcess } from '../../agent/agent-process.ts';
import {
  type Answer,
  adminKey,
  startAgent,
  startServer,
  type TestServer,
  type TestServerOptions,
} from '../../harness/server.ts';

/** The keys of the installation: an ADMIN and a VIEWER of the project, and somebody who is in no project. */
export const keys = {
  admin: { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' },
  viewer: { id: 'VIEWKEY0000000000001', secret: 'viewsecret000001' },
  stranger: { id: 'STRANGER000000000001', secret: 'strangesecret001' },
} as const;

/** The app key of the project. */
export const appKey = 'r9Zd7vDEmWMfQb00';

/** The setup that the conformance list assumes (contract nhn-deploy 7), and what its statements about runs need beside it. */
export const declaration = {
  principals: [
    { name: 'dev@example.com', keys: [keys.admin] },
    { name: 'viewer@example.com', keys: [keys.viewer] },
    { name: 'stranger@example.com', keys: [keys.stranger] },
  ],
  nhnDeploy: {
    projects: [
      {
        id: 1,
        name: 'demo',
        appKey,
        members: { 'dev@example.com': 'ADMIN', 'viewer@example.com': 'VIEWER' },
        artifacts: [
          {
            id: 1,
            name: 'shop-api',
            type: 'server',
            commandType: 'CLOUD_AGENT',
            binaryGroups: [
              { key: 4, name: 'Default', default: true },
              { key: 8, name: 'empty' },
            ],
            serverGroups: [
              { id: 2, name: 'web', os: 'LINUX', shell: '/bin/bash', servers: ['s1', 's2', 's3'] },
              { id: 9, name: 'nobody', servers: [] },
              { id: 10, name: 'away', servers: ['s1', 'offline'] },
            ],
            scenarios: [
              {
                id: 3,
                name: 'release',
                serverGroups: [2, 9, 10],
                tasks: [{ type: 'user-command', name: 'say', command: 'echo hi' }],
              },
              { id: 4, name: 'empty', serverGroups: [2] },
              { id: 5, name: 'unmapped', tasks: [{ type: 'user-command', command: 'echo hi' }] },
            ],
          },
          {
            id: 6,
            name: 'old-host',
            type: 'server',
            commandType: 'SSH',
            serverGroups: [{ id: 11, name: 'hosts', servers: ['h1'] }],
            scenarios: [
              {
                id: 12,
                name: 'release',
                serverGroups: [11],
                tasks: [{ type: 'user-command', command: 'echo hi' }],
              },
            ],
          },
        ],
      },
    ],
  },
};

/** A running installation with agents, and a folder that commands can write into. */
export interface Installation {
  readonly server: TestServer;
  readonly agents: ReadonlyMap<string, AgentProcess>;
  readonly folder: string;
  close(): Promise<void>;
}

/** Starts the server and one agent per name; a command sees its host's name as `$HOST`. */
export async function startInstallation(
  names: readonly string[] = ['s1', 's2', 's3'],
  options: TestServerOptions = {},
): Promise<Installation> {
  const server = await startServer({ declaration, ...options });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-runs-'));
  const agents = await Promise.all(names.map((name) => startAgent(server, name, { HOST: name })));
  return {
    server,
    agents: new Map(names.map((name, index) => [name, agents[index] as AgentProcess])),
    folder,
    async close() {
      await Promise.all(agents.map((agent) => agent.kill('SIGTERM')));
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The X-TC headers of a key. */
export function xtc(key: { id: string; secret: string } = keys.admin): Record<string, string> {
  return { 'X-TC-AUTHENTICATION-ID': key.id, 'X-TC-AUTHENTICATION-SECRET': key.secret };
}

/** Where operation C lies. */
export function runPath({
  key = appKey,
  artifact = 1 as number | string,
  group = 2 as number | string,
  scenario = 3 as number | string,
} = {}): string {
  return `/api/v1.0/projects/${key}/artifacts/${artifact}/server-group/${group}/scenario/${scenario}/deploy`;
}

/** Runs by operation C. */
export async function run(
  server: TestServer,
  body: object = {},
  where: Parameters<typeof runPath>[0] = {},
  headers = xtc(),
): Promise<Answer> {
  return await server.call(runPath(where), { method: 'POST', headers, json: body });
}

let made = 0;

/** Makes a scenario of one command a text, or of tasks, mapped to group 2; returns its id. */
export async function scenario(
  server: TestServer,
  tasks: readonly (string | object)[],
  more: object = {},
): Promise<number> {
  made += 1;
  const answer = await server.call('/api/slipway/v1/nhn-deploy/projects/1/artifacts/1/scenarios', {
    method: 'POST',
    key: adminKey,
    json: {
      name: `scenario ${made}`,
      serverGroups: [2],
      tasks: tasks.map((task) => (typeof task === 'string' ? { type: 'user-command', command: task } : task)),
      ...more,
    },
  });
  if (answer.status !== 201) throw new Error(`the scenario was refused: ${answer.text}`);
  return answer.json.id;
}

/** Uploads a binary by operation A; returns its key. */
export async function upload(
  server: TestServer,
  bytes: string,
  fileName: string,
  version: string,
  group = 4,
): Promise<number> {
  const form = new FormData();
  form.append('binaryFile', new Blob([bytes]), fileName);
  form.append('applicationType', 'server');
  form.append('version', version);
  const path = `/api/v1.0/projects/${appKey}/artifacts/1/binary-group/${group}`;
  const answer = await server.call(path, { method: 'POST', body: form });
  return Number(answer.json.body.binaryKey);
}

/** The body of operation M. */
export async function histories(
  server: TestServer,
  query = '',
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by reading it
): Promise<{ totalCount: number; deployHistories: any[] }> {
  const path = `/api/v2.0/projects/${appKey}/artifacts/1/deploy-histories${query}`;
  return (await server.call(path, { headers: xtc() })).json.body;
}

/** The history row of a deployment. */
export async function historyOf(server: TestServer, deployKey: number) {
  return (await histories(server, '?pageSize=1000')).deployHistories.find(
    (row) => row.deployKey === deployKey,
  );
}

/** Waits for the deployment's rollout, whose id the answer's link ends with. */
export async function ended(server: TestServer, answer: Answer): Promise<void> {
  const id = String(answer.json.body.deployResultLocation).split('/').at(-1) as string;
  await server.server.parts.engine.waitForEnd(id);
}
