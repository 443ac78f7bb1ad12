import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { version } from '../package.json';
import type { Configuration } from './config/index.ts';
import { startDemo } from './demo/index.ts';
import { createNhnDeploy, nhnDeployMigrations } from './dialects/nhn-deploy/index.ts';
import {
  createImageManager,
  imageManagerMigrations,
  imagePrefix,
} from './dialects/nhn-image-manager/index.ts';
import { createNullplatform, nullplatformMigrations } from './dialects/nullplatform/index.ts';
import { createEngine, engineMigrations, instanceMigrations } from './engine/index.ts';
import { CoreError } from './errors/index.ts';
import { gaugesOf } from './gauges.ts';
import { createAgentRoutes } from './http/agents/index.ts';
import {
  buildServer,
  createLog,
  createOutbound,
  type Dialect,
  listenOn,
  openPortBelow,
  type Parts,
  type Rewrite,
  registerConsole,
  registerProbes,
  serveHostBelow,
} from './http/index.ts';
import { createRouterRoutes } from './http/routers/index.ts';
import { type AdminKey, createIdentity, ensureAdmin, identityMigrations } from './identity/index.ts';
import { createLedger, ledgerMigrations } from './ledger/index.ts';
import { createManagement, type Management, managementMigrations } from './management/index.ts';
import { createMedia, createPipeline, mediaMigrations, type Pipeline } from './media/index.ts';
import { keepRouter } from './processes/index.ts';
import {
  blobMigrations,
  type Clock,
  createBlobStore,
  createSecretVault,
  directoryObjects,
  lockDataFolder,
  type MigrationSet,
  openSecretBox,
  openStorage,
  s3Objects,
  secretMigrations,
  systemClock,
} from './storage/index.ts';
import { oauthOwner, oauthRoutes } from './vendors/nhn-cloud/index.ts';
import { createWorkQueue, forgetDeadLettersKind, workMigrations } from './work/index.ts';

/** What a dialect's folder gives to the composition. */
export interface FrontDoor {
  create(parts: Parts): Dialect;
  readonly migrations: MigrationSet;
}

/** The front doors. A sixth dialect is one folder and one line here. */
const frontDoors: readonly FrontDoor[] = [
  { create: createNhnDeploy, migrations: nhnDeployMigrations },
  { create: createImageManager, migrations: imageManagerMigrations },
  { create: createNullplatform, migrations: nullplatformMigrations },
];

/** The core's schema; a room's migrations stand behind those of the rooms that it refers to. */
const coreMigrations = [
  ...ledgerMigrations,
  ...identityMigrations,
  ...workMigrations,
  ...blobMigrations,
  ...secretMigrations,
  ...engineMigrations,
  ...managementMigrations,
  ...mediaMigrations,
  ...instanceMigrations,
];

/** Every schema, the core's first; a restored database is tried with them. */
export const migrationSets: readonly MigrationSet[] = migrationsOf(frontDoors);

function migrationsOf(doors: readonly FrontDoor[]): MigrationSet[] {
  return [{ name: 'core', migrations: coreMigrations }, ...doors.map(({ migrations }) => migrations)];
}

/** A composed server: everything runs but nobody can call it before `listen`. */
export interface Server {
  readonly app: FastifyInstance;
  readonly parts: Parts;
  readonly management: Management;
  /** The key of the admin that the first start made; undefined when there was one. */
  readonly adminKey: AdminKey | undefined;
  /** Opens the port; answers the server's address, like `http://127.0.0.1:4600`. */
  listen(): Promise<string>;
  /** Drains, closes held calls, gives unfinished work back and closes the database. Runs on agents go on. */
  close(): Promise<void>;
}

/** What tests put in another's place. */
export interface CompositionOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Starts a router, or adopts the one that runs, unless the settings say no. Off by default: it outlives the server. */
  readonly startsRouter?: boolean;
  /** What a hash of a password costs: `createIdentity`. */
  readonly hashCost?: number;
  /** Makes and examines pictures, and is closed with the server; one of its own by default. */
  readonly pipeline?: Pipeline;
  /** Front doors to open; all of them by default. */
  readonly doors?: readonly FrontDoor[];
}

/**
 * The composition root: configuration → parts → a server that is ready to listen. Throws CoreErrors that say what is
 * wrong with the configuration, the data folder or the declaration; then nothing is left open.
 */
export async function compose(
  configuration: Configuration,
  options: CompositionOptions = {},
): Promise<Server> {
  const log = options.log ?? createLog(configuration.logLevel);
  const closers: (() => unknown)[] = [];
  const close = async () => {
    // A step that fails (the database is gone) must not leave the lock and the port behind.
    for (const step of closers.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        log.warn({ err: error }, 'a part did not close');
      }
    }
  };
  try {
    const server = await composeWith(configuration, { ...options, log }, closers, close);
    return options.startsRouter && configuration.router
      ? besideRouter(server, configuration, closers)
      : server;
  } catch (error) {
    await close();
    throw error;
  }
}

async function composeWith(
  configuration: Configuration,
  options: CompositionOptions & { readonly log: Logger },
  closers: (() => unknown)[],
  close: () => Promise<void>,
): Promise<Server> {
  const { log, clock = systemClock, doors = frontDoors, hashCost, pipeline } = options;
  const { data } = configuration;
  await mkdir(data, { recursive: true, mode: 0o700 });
  const lock = await lockDataFolder(data);
  closers.push(() => lock.release());

  const storage = await openStorage({
    url: configuration.databaseUrl ?? `sqlite:${join(data, 'slipway.db')}`,
    clock,
    log,
  });
  closers.push(() => storage.close());
  for (const set of migrationsOf(doors)) await storage.migrate(set);

  const objects =
    configuration.blobsUrl === undefined
      ? directoryObjects(join(data, 'blobs'))
      : s3Objects(configuration.blobsUrl);
  const blobs = await createBlobStore({ storage, objects, spoolFolder: join(data, 'spool'), clock, log });
  const box = await openSecretBox({ key: configuration.secretKey, dataFolder: data });
  const secrets = createSecretVault({ storage, box });
  const ledger = createLedger({ storage });
  const identity = createIdentity({ storage, clock, ...(hashCost === undefined ? {} : { hashCost }) });
  const work = createWorkQueue({ storage, clock, log });
  const outputFolder = join(data, 'output');
  const engine = createEngine({
    storage,
    blobs,
    secrets,
    ledger,
    identity,
    work,
    clock,
    log,
    outputFolder,
    version,
  });
  const media = createMedia({
    storage,
    blobs,
    work,
    pipeline: pipeline ?? createPipeline(),
    clock,
    log,
    workFolder: join(data, 'pictures'),
  });
  closers.push(() => media.stop());

  let address = `http://${configuration.host}:${configuration.port}`;
  const parts: Parts = {
    clock,
    log,
    storage,
    blobs,
    secrets,
    identity,
    ledger,
    work,
    engine,
    media,
    outbound: createOutbound(configuration.outboundAllow),
    publicUrl: (request) => configuration.publicUrl ?? (request ? calledUrl(request) : address),
    settings: {
      timeZone: configuration.timeZone,
      uploadLimitBytes: configuration.uploadLimitBytes,
      imageRequestLimitBytes: configuration.imageRequestLimitBytes,
      imageCacheSeconds: configuration.imageCacheSeconds,
      imagePublicUrl: configuration.imagePublicUrl,
      baseDomain: configuration.baseDomain,
      routerPort: configuration.routerPort,
      routerPublicUrl: configuration.routerPublicUrl,
      deploymentWaitSeconds: configuration.deploymentWaitSeconds,
      deploymentFinalizeSeconds: configuration.deploymentFinalizeSeconds,
      kubeconfig: configuration.kubeconfig,
      kubernetesContext: configuration.kubernetesContext,
      kubernetesNamespace: configuration.kubernetesNamespace,
      kubernetesGateway: configuration.kubernetesGateway,
      kubernetesPublicUrl: configuration.kubernetesPublicUrl,
      kubernetesDrainSeconds: configuration.kubernetesDrainSeconds,
    },
  };
  const dialects: readonly Dialect[] = doors.map(({ create }) => create(parts));
  for (const dialect of dialects) {
    for (const role of dialect.roles) identity.registerRole(role);
    for (const owner of dialect.rolloutOwners) engine.registerOwner(owner);
  }
  const management = createManagement(parts, dialects);
  const app = await serve(configuration, parts, dialects, management, () => objects.size(nobodysBlob));
  closers.push(() => app.close());

  work.register({
    kind: 'blobs.sweep',
    concurrency: 1,
    tries: 3,
    timeoutSeconds: 3600,
    run: async () => void (await blobs.sweep()),
  });
  for (const dialect of dialects) await dialect.start();
  closers.push(
    engine.hosts.subscribe((event) => {
      for (const dialect of dialects) dialect.onHostEvent?.(event);
    }),
  );
  await media.start();
  await engine.start();
  closers.push(() => engine.stop());
  await work.start();
  closers.push(() => work.stop(5_000));
  await work.every('blobs.sweep', 3600);
  await work.every(forgetDeadLettersKind, 86_400);

  await declare(configuration, management);
  const demo = configuration.demo
    ? await startDemo({ data, host: configuration.host, management, log })
    : undefined;
  const adminKey = await ensureAdmin({ storage, identity, ledger }, data);

  return {
    app,
    parts,
    management,
    adminKey,
    async listen() {
      const port = await listenOn(app, configuration);
      address = `${configuration.tlsCert ? 'https' : 'http'}://${reachable(configuration.host)}:${port}`;
      await openImagePort(app, configuration, closers);
      if (demo) closers.push(await demo.startAgents(address));
      closers.push(() => app.heldCalls.drain(configuration.drainSeconds * 1000));
      return address;
    },
    close,
  };
}

/** A server whose router runs once it listens, and goes on without it; that of a demo ends with it. */
function besideRouter(server: Server, configuration: Configuration, closers: (() => unknown)[]): Server {
  const { data, demo, routerPort: port, routerHost: host, routerTrustProxy: trustProxy } = configuration;
  const { engine, log } = server.parts;
  const admit = (token: string) => engine.routers.admit(token);
  return {
    ...server,
    async listen() {
      const address = await server.listen();
      const ended = (router: string) => engine.routers.ended(router);
      const keeper = await keepRouter({ data, server: address, port, host, trustProxy, admit, ended, log });
      closers.push(() => keeper.stop(demo));
      return address;
    },
  };
}

async function tlsFiles({
  tlsCert,
  tlsKey,
}: Configuration): Promise<{ tls?: { cert: string; key: string } }> {
  if (!tlsCert || !tlsKey) return {};
  return { tls: { cert: await readFile(tlsCert, 'utf8'), key: await readFile(tlsKey, 'utf8') } };
}

/** Images on a host name of their own; one that serves all else, too, could serve nothing else any more. */
function imageHost({ imagePublicUrl, publicUrl, host, port }: Configuration): { rewriteUrl?: Rewrite } {
  if (imagePublicUrl === undefined) return {};
  const own = new URL(imagePublicUrl);
  const others = [publicUrl, `${own.protocol}//${reachable(host)}:${port}`].filter(
    (url) => url !== undefined,
  );
  if (own.pathname === '/' && others.some((url) => new URL(url).host === own.host)) {
    throw new CoreError(
      'invalid',
      'imagePublicUrl (SLIPWAY_IMAGE_PUBLIC_URL) needs a host name of its own, or a path like /i behind it',
    );
  }
  return { rewriteUrl: serveHostBelow(imagePrefix, imagePublicUrl) };
}

async function openImagePort(
  app: FastifyInstance,
  configuration: Configuration,
  closers: (() => unknown)[],
): Promise<void> {
  const { host, imagePort: port } = configuration;
  if (port === undefined) return;
  const opened = await openPortBelow(app, imagePrefix, { host, port, ...(await tlsFiles(configuration)) });
  closers.push(() => opened.close());
  app.log.info({ port: opened.port }, 'images are served on a port of their own');
}

/** No blob has this name: asking for it shows whether the place of the blobs answers. */
const nobodysBlob = '0'.repeat(64);

async function serve(
  configuration: Configuration,
  parts: Parts,
  dialects: readonly Dialect[],
  management: Management,
  blobsAnswer: () => Promise<unknown>,
): Promise<FastifyInstance> {
  const { storage } = parts;
  const app = buildServer({
    log: parts.log,
    owners: [...dialects.flatMap((dialect) => dialect.owners), oauthOwner],
    trustProxy: configuration.trustProxy.length > 0 ? configuration.trustProxy : false,
    ...imageHost(configuration),
    ...(await tlsFiles(configuration)),
  });
  registerProbes(app, {
    ready: async () => {
      if (!(await storage.ready())) throw new CoreError('unavailable', 'The database does not answer');
      await blobsAnswer();
    },
    gauges: gaugesOf(parts),
  });
  await app.register((child) => management.routes(child));
  await app.register(createAgentRoutes(parts));
  await app.register(createRouterRoutes(parts));
  await app.register((child) => oauthRoutes(child, parts));
  for (const dialect of dialects) await app.register((child) => dialect.routes(child));
  const { imagePublicUrl } = configuration;
  const imageOrigins = imagePublicUrl === undefined ? [] : [new URL(imagePublicUrl).origin];
  const consoleFolder = join(import.meta.dirname, '..', 'dist', 'console');
  await app.register((child) => registerConsole(child, consoleFolder, imageOrigins));
  await app.ready();
  return app;
}

async function declare(configuration: Configuration, management: Management): Promise<void> {
  if (configuration.declaration === undefined) return;
  await management.declareAtStart(await readFile(configuration.declaration, 'utf8'));
}

/** The base URL under which the caller reached the server; behind a trusted proxy, the proxy's. */
function calledUrl(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** An address that can be called, for one that is listened on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
