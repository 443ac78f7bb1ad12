import { CoreError } from '../errors/index.ts';

/** A file's name, or its bytes in base64 beside it: the two ways in which a kubeconfig gives certificates. */
export interface FileOrData {
  readonly file?: string;
  readonly data?: string;
}

/** What a kubeconfig says of one context. */
export interface KubeconfigContext {
  readonly server: string;
  readonly namespace: string | undefined;
  readonly authority: FileOrData;
  readonly serverName: string | undefined;
  readonly skipsVerification: boolean;
  readonly certificate: FileOrData;
  readonly key: FileOrData;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly basic: { readonly name: string; readonly password: string } | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a kubeconfig, parsed from YAML; `context` is the chosen one, default the file's current one. Throws `invalid` that says what is missing. */
export function readKubeconfig(document: unknown, context?: string): KubeconfigContext {
  const file = fieldsOf(document);
  const name = context ?? textOf(file['current-context']);
  if (!name) throw wrong('has no current-context: name one with SLIPWAY_KUBERNETES_CONTEXT');
  const chosen = named(file, 'contexts', 'context', name);
  const cluster = named(file, 'clusters', 'cluster', textOf(chosen.cluster) ?? '');
  const user = chosen.user === undefined ? {} : named(file, 'users', 'user', textOf(chosen.user) ?? '');
  const server = textOf(cluster.server);
  if (!server || !/^https?:\/\//.test(server)) throw wrong(`has no server for the context ${name}`);
  if (user.exec !== undefined || user['auth-provider'] !== undefined) {
    throw wrong(
      `starts a program to log in (context ${name}): give Slipway the token of a service account instead`,
    );
  }
  if (user.as !== undefined || cluster['proxy-url'] !== undefined) {
    throw wrong(`asks for impersonation or a proxy (context ${name}): neither is supported`);
  }
  const username = textOf(user.username);
  return {
    server: server.replace(/\/+$/, ''),
    namespace: textOf(chosen.namespace),
    authority: fileOrData(cluster, 'certificate-authority'),
    serverName: textOf(cluster['tls-server-name']),
    skipsVerification: cluster['insecure-skip-tls-verify'] === true,
    certificate: fileOrData(user, 'client-certificate'),
    key: fileOrData(user, 'client-key'),
    token: textOf(user.token),
    tokenFile: textOf(user.tokenFile),
    basic: username === undefined ? undefined : { name: username, password: textOf(user.password) ?? '' },
  };
}

function named(file: Fields, list: string, field: string, name: string): Fields {
  const entries = Array.isArray(file[list]) ? file[list].map(fieldsOf) : [];
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry) throw wrong(`has no ${field} named ${name}`);
  return fieldsOf(entry[field]);
}

function fileOrData(fields: Fields, name: string): FileOrData {
  const file = textOf(fields[name]);
  const data = textOf(fields[`${name}-data`]);
  return { ...(file ? { file } : {}), ...(data ? { data } : {}) };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function wrong(text: string): CoreError {
  return new CoreError('invalid', `The kubeconfig ${text}.`);
}
