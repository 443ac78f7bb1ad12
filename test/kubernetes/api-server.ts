import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: objects of a cluster have the shape that their writer gives them
type Json = any;

/** One request that came in. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
}

/** A stand-in for a cluster's API server: it keeps objects by path, and nothing but the test acts on them. */
export interface StandInApiServer {
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly ApiRequest[];
  /** The names of the objects of a kind, by its name in paths, like `deployments`. */
  names(plural: string): string[];
  get(plural: string, name: string): Json | undefined;
  /** Changes an object as somebody else with rights in the cluster would. */
  change(plural: string, name: string, change: (object: Json) => void): void;
  put(plural: string, object: Json): void;
  delete(plural: string, name: string): void;
  /** What a pod's container wrote, each line behind its time. */
  write(pod: string, log: string): void;
  /** From now on requests like `GET /api/v1/…` that match are answered with this status; none by an empty list. */
  fail(faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** Requests, as `METHOD /path`, and the status that they are answered with. */
export interface Fault {
  readonly pattern: RegExp;
  readonly status: number;
}

/** What plays the controllers: called with an object after each write of its `spec`; may set its status and more. */
export type Controller = (plural: string, object: Json, server: StandInApiServer) => void;

/** The token that the stand-in wants of its callers. */
export const standInToken = 'stand-in-token';

/**
 * Starts it on the loopback. It knows server-side apply of whole objects by one owner, `resourceVersion` as a
 * precondition, `generation`, immutable Secrets, label selectors (`=`, `!=`, `in`, presence) and delete; no schemas, no
 * admission, no watches, no garbage collection.
 */
export async function startApiServer(controller: Controller = () => {}): Promise<StandInApiServer> {
  const objects = new Map<string, Json>();
  const requests: ApiRequest[] = [];
  const applied = new Map<string, { text: string; version: string }>();
  const logs = new Map<string, string>();
  let faults: readonly Fault[] = [];
  let version = 0;
  const store = (path: string, object: Json) => {
    version += 1;
    object.metadata.resourceVersion = String(version);
    objects.set(path, object);
  };
  const pathsOf = (plural: string) => [...objects.keys()].filter((path) => path.split('/').at(-2) === plural);
  const pathTo = (plural: string, name: string) => pathsOf(plural).find((path) => path.endsWith(`/${name}`));

  const apply = (path: string, wanted: Json): Answer => {
    const live = objects.get(path);
    const { resourceVersion, ...metadata } = wanted.metadata;
    if (resourceVersion !== undefined && resourceVersion !== live?.metadata.resourceVersion) {
      return failure(409, 'the object has been modified');
    }
    if (live?.immutable && JSON.stringify(live.data) !== JSON.stringify(wanted.data)) {
      return failure(422, 'field is immutable when `immutable` is set');
    }
    const isSame = live && JSON.stringify(live.spec) === JSON.stringify(wanted.spec);
    const generation = isSame ? live.metadata.generation : (live?.metadata.generation ?? 0) + 1;
    const object = {
      ...wanted,
      metadata: { ...metadata, namespace: 'shop', generation },
      ...(live?.status ? { status: live.status } : {}),
    };
    // As the original: what changes nothing leaves the version as it is, however the controller has put the fields.
    const text = JSON.stringify({ ...wanted, metadata });
    const last = applied.get(path);
    if (live && last?.text === text && last.version === live.metadata.resourceVersion) {
      return { status: 200, body: live };
    }
    store(path, object);
    applied.set(path, { text, version: object.metadata.resourceVersion });
    if (!isSame) controller(path.split('/').at(-2) ?? '', object, standIn);
    return { status: live ? 200 : 201, body: object };
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = url.pathname;
    requests.push({ method: request.method ?? '', path });
    const fault = faults.find(({ pattern }) => pattern.test(`${request.method} ${path}`));
    if (fault) return failure(fault.status, 'the stand-in was told to fail');
    if (request.headers.authorization !== `Bearer ${standInToken}`) return failure(401, 'Unauthorized');
    if (!path.includes('/namespaces/shop/')) return failure(403, 'only the namespace shop is ours');
    if (request.method === 'PATCH') {
      const isForced = url.searchParams.get('force') === 'true' && url.searchParams.get('fieldManager');
      if (request.headers['content-type'] !== 'application/apply-patch+yaml' || !isForced) {
        return failure(415, 'only server-side apply by a named manager is served');
      }
      return apply(path, JSON.parse(await textOf(request)));
    }
    if (path.endsWith('/log')) {
      const log = logs.get(path.split('/').at(-2) ?? '');
      return log === undefined ? failure(404, 'not found') : { status: 200, body: log };
    }
    const live = objects.get(path);
    if (request.method === 'DELETE') {
      objects.delete(path);
      return live ? { status: 200, body: { kind: 'Status' } } : failure(404, 'not found');
    }
    const selector = url.searchParams.get('labelSelector');
    if (selector === null) return live ? { status: 200, body: live } : failure(404, 'not found');
    const found = [...objects].filter(
      ([key, object]) => key.startsWith(`${path}/`) && isSelected(object.metadata.labels ?? {}, selector),
    );
    const items = found.map(([, { kind: _kind, apiVersion: _version, ...item }]) => item);
    return { status: 200, body: { kind: 'List', items } };
  };

  const server: Server = createServer((request, response) => {
    answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const standIn: StandInApiServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    names: (plural) => pathsOf(plural).map((path) => path.split('/').at(-1) ?? ''),
    get: (plural, name) => objects.get(pathTo(plural, name) ?? ''),
    change(plural, name, change) {
      const path = pathTo(plural, name);
      if (path === undefined) throw new Error(`the stand-in has no ${plural} ${name}`);
      const object = structuredClone(objects.get(path));
      change(object);
      store(path, object);
    },
    put: (plural, object) =>
      store(`${groupOf(object)}/namespaces/shop/${plural}/${object.metadata.name}`, object),
    delete: (plural, name) => void objects.delete(pathTo(plural, name) ?? ''),
    write: (pod, log) => void logs.set(pod, log),
    fail: (wanted) => {
      faults = wanted;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;
}

interface Answer {
  readonly status: number;
  readonly body: Json;
}

function groupOf({ apiVersion }: Json): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function failure(status: number, message: string): Answer {
  return { status, body: { kind: 'Status', status: 'Failure', message, code: status } };
}

function isSelected(labels: Record<string, string>, selector: string): boolean {
  return selector.split(/,(?![^(]*\))/).every((part) => {
    const [, among, values = ''] = /^(\S+) in \((.*)\)$/.exec(part) ?? [];
    if (among !== undefined) return values.split(',').includes(labels[among] ?? '');
    const [name = '', value] = part.split(/!?=/);
    if (part.includes('!=')) return labels[name] !== value;
    return part.includes('=') ? labels[name] === value : Object.hasOwn(labels, name);
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
