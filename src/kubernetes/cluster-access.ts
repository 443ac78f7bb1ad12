import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CoreError } from '../errors/index.ts';
import { type FileOrData, readKubeconfig } from './kubeconfig.ts';

/** Which cluster, from the settings of the server. */
export interface ClusterSettings {
  /** The path of a kubeconfig; absent: the account of the pod that the server runs in. */
  readonly kubeconfig: string | undefined;
  readonly kubernetesContext: string | undefined;
  readonly kubernetesNamespace: string | undefined;
}

/** How the API server is called. */
export interface ClusterAccess {
  /** Without a slash at the end. */
  readonly server: string;
  readonly namespace: string;
  readonly authorization: string | undefined;
  readonly tls: {
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
}

/** Where every pod finds its account. */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether there is a cluster at all; without asking it. */
export function hasCluster({ kubeconfig }: Pick<ClusterSettings, 'kubeconfig'>): boolean {
  return kubeconfig !== undefined || existsSync(join(accountFolder, 'token'));
}

/** Reads the files that say how the cluster is called: anew each time, because tokens change. Throws `invalid`. */
export async function readAccess(settings: ClusterSettings): Promise<ClusterAccess> {
  if (settings.kubeconfig === undefined) return await podAccess(settings);
  const path = resolve(settings.kubeconfig);
  // Lazily: most servers have no cluster.
  const { parse } = await import('yaml');
  const context = readKubeconfig(parsed(path, await textOf(path), parse), settings.kubernetesContext);
  const bytes = async ({ data, file }: FileOrData) => {
    if (data !== undefined) return Buffer.from(data, 'base64');
    return file === undefined ? undefined : Buffer.from(await textOf(resolve(dirname(path), file)));
  };
  const [ca, cert, key] = await Promise.all([
    bytes(context.authority),
    bytes(context.certificate),
    bytes(context.key),
  ]);
  const { tokenFile, token, basic, serverName } = context;
  const bearer = tokenFile === undefined ? token : (await textOf(resolve(dirname(path), tokenFile))).trim();
  return {
    server: context.server,
    namespace: settings.kubernetesNamespace ?? context.namespace ?? 'default',
    authorization: bearer ? `Bearer ${bearer}` : basic && basicOf(basic),
    tls: {
      ...(ca ? { ca } : {}),
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
      ...(serverName ? { servername: serverName } : {}),
      ...(context.skipsVerification ? { rejectUnauthorized: false } : {}),
    },
  };
}

function parsed(path: string, text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    // The parser's own words show a line of the file, which may hold a token.
    throw new CoreError('invalid', `The kubeconfig ${path} is not YAML.`);
  }
}

async function podAccess(settings: ClusterSettings): Promise<ClusterAccess> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (!host || !hasCluster(settings)) {
    throw new CoreError('invalid', 'No cluster is configured: set SLIPWAY_KUBECONFIG to a kubeconfig file.');
  }
  const own = (name: string) => textOf(join(accountFolder, name));
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: settings.kubernetesNamespace ?? (await own('namespace')).trim(),
    authorization: `Bearer ${(await own('token')).trim()}`,
    tls: { ca: Buffer.from(await own('ca.crt')) },
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CoreError('invalid', `The cluster's file ${path} cannot be read (${code}).`);
  }
}

function basicOf({ name, password }: { name: string; password: string }): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
