import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Cluster } from '../../src/kubernetes/cluster.ts';
import { systemClock } from '../../src/storage/index.ts';
import { type NullplatformServer, startNullplatform } from '../conformance/nullplatform/setup.ts';
import type { Answer, TestServerOptions } from '../harness/server.ts';
import { standInToken } from './api-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

/** A server that runs scopes in a cluster. */
export interface ClusterField {
  readonly server: NullplatformServer;
  /** The cluster as the server sees it, for looking. */
  readonly cluster: Cluster;
  /** A new scope of the type `web_pool_k8s` of application 4. */
  scope(name: string, capabilities?: Json, more?: Json): Promise<Json>;
  /** A parameter of application 4 with a value for this scope alone. */
  parameter(scope: Json, parameter: Json, value: string): Promise<void>;
  /** A release of application 4 that runs this image; answers its id. */
  release(image: string, type?: string): Promise<number>;
  deploy(scopeId: number, releaseId: number): Promise<Answer>;
  patch(id: number, body: Json): Promise<Answer>;
  messages(id: number): Promise<{ level: string; message: string }[]>;
  /** Resolves with the deployment as soon as it is as wanted. */
  until(id: number, isIt: (deployment: Json) => boolean): Promise<Json>;
  /** Resolves as soon as the event log has a line like this. */
  untilSaid(id: number, text: RegExp): Promise<void>;
  close(): Promise<void>;
}

/** A kubeconfig for the stand-in at this address. */
export async function standInKubeconfig(url: string): Promise<string> {
  const path = join(tmpdir(), `slipway-kubeconfig-${randomUUID()}.yaml`);
  await writeFile(
    path,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'stand-in',
      contexts: [{ name: 'stand-in', context: { cluster: 'local', user: 'slipway', namespace: 'shop' } }],
      clusters: [{ name: 'local', cluster: { server: url } }],
      users: [{ name: 'slipway', user: { token: standInToken } }],
    }),
    { mode: 0o600 },
  );
  return path;
}

/** Starts a server with the kubeconfig; `waitSeconds` bounds every wait of a test. */
export async function startClusterField(
  kubeconfig: string,
  { health = '/health', waitSeconds = 100, ...options }: TestServerOptions & ClusterOptions = {},
): Promise<ClusterField> {
  const server = await startNullplatform({
    ...options,
    settings: { kubeconfig, kubernetesDrainSeconds: 0, ...options.settings },
  });
  const clusterSettings = { kubeconfig, kubernetesContext: undefined, kubernetesNamespace: undefined };
  const read = async (id: number) => (await server.api(`/deployment/${id}`)).json;
  const messages = async (id: number) =>
    (await server.api(`/deployment/${id}?include_messages=true`)).json.messages;
  const until = (id: number, isIt: (deployment: Json) => boolean | Promise<boolean>) =>
    new Promise<Json>((resolve, reject) => {
      const look = async () => {
        const deployment = await read(id);
        if (!(await isIt(deployment))) return;
        stop();
        resolve(deployment);
      };
      const tryLook = () => void look().catch(reject);
      const stopListening = server.server.parts.storage.listen('nullplatform-scopes', tryLook);
      const timer = setTimeout(async () => {
        stop();
        reject(new Error(`it never came: ${JSON.stringify([await read(id), await messages(id)], null, 1)}`));
      }, waitSeconds * 1000);
      const stop = () => {
        stopListening();
        clearTimeout(timer);
      };
      tryLook();
    });
  return {
    server,
    messages,
    cluster: new Cluster(clusterSettings, systemClock),
    async scope(name, capabilities = {}, more = {}) {
      const probe = { path: health, initial_delay_seconds: 0, period_seconds: 1, timeout_seconds: 1 };
      const { json, status, text } = await server.api('/scope', {
        json: {
          application_id: 4,
          name,
          type: 'web_pool_k8s',
          capabilities: { health_check: probe, scaling_type: 'fixed', fixed_instances: 2, ...capabilities },
          ...more,
        },
      });
      if (status !== 200) throw new Error(text);
      return json;
    },
    async parameter(scope, parameter, value) {
      const nrn = 'organization=1:account=2:namespace=3:application=4';
      const made = await server.api('/parameter', { json: { ...parameter, nrn } });
      const json = { nrn: scope.nrn, value };
      const set = await server.api(`/parameter/${made.json.id}/value`, { json });
      if (set.status !== 200) throw new Error(set.text);
    },
    async release(image, type = 'docker-image') {
      const build = await server.api('/build', { json: { application_id: 4, commit: { id: 'c0ffee' } } });
      const build_id = build.json.id;
      await server.api('/asset', { json: { build_id, type, name: 'main', url: image } });
      await server.api(`/build/${build_id}`, { method: 'PATCH', json: { status: 'successful' } });
      const json = { application_id: 4, build_id, status: 'active' };
      return (await server.api('/release', { json })).json.id;
    },
    deploy: (scopeId, releaseId) =>
      server.api('/deployment', { json: { scope_id: scopeId, release_id: releaseId } }),
    patch: (id, body) => server.api(`/deployment/${id}`, { method: 'PATCH', json: body }),
    until,
    async untilSaid(id, text) {
      await until(id, async () => (await messages(id)).some(({ message }: Json) => text.test(message)));
    },
    close: () => server.close(),
  };
}

interface ClusterOptions {
  /** The path that is probed. */
  readonly health?: string;
  readonly waitSeconds?: number;
}

/** Removes a kubeconfig that `standInKubeconfig` wrote. */
export async function removeKubeconfig(path: string): Promise<void> {
  await rm(path, { force: true });
}
