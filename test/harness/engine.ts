import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach } from 'vitest';
import {
  createEngine,
  type Engine,
  type EngineTiming,
  engineMigrations,
  instanceMigrations,
  type Plan,
  type RolloutOwner,
  type RolloutTransition,
  type RolloutView,
  type ServerStepHandler,
  type ServiceStartStep,
} from '../../src/engine/index.ts';
import { createIdentity, type Identity, identityMigrations } from '../../src/identity/index.ts';
import { createLedger, type Ledger, ledgerMigrations } from '../../src/ledger/index.ts';
import {
  type BlobStore,
  blobMigrations,
  type Clock,
  createBlobStore,
  createSecretVault,
  directoryObjects,
  openSecretBox,
  openStorage,
  type SecretVault,
  type Storage,
  secretMigrations,
  systemClock,
} from '../../src/storage/index.ts';
import { createWorkQueue, type WorkQueue, workMigrations } from '../../src/work/index.ts';
import { FakeAgent, gatewayLink, type Simulation } from './fake-agent.ts';
import { cheapHash } from './identity.ts';
import { freshDatabase, postgresMissing, sharedPostgres } from './postgres.ts';
import { silent } from './storage.ts';

/** What a test asks of its engine. */
export interface TestEngineOptions {
  /** Default: an embedded database in the test's own folder. */
  readonly databaseUrl?: string | undefined;
  readonly clock?: Clock;
  readonly timing?: Partial<EngineTiming>;
  /** Shared with another engine of the test, which stands for a second server. */
  readonly folder?: string;
  readonly handlers?: readonly ServerStepHandler[];
  readonly expand?: NonNullable<RolloutOwner['expand']>;
  readonly onTransition?: NonNullable<RolloutOwner['onTransition']>;
  readonly onInstanceChange?: NonNullable<RolloutOwner['onInstanceChange']>;
}

/** An engine on real storage, without HTTP. */
export interface TestEngine {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly secrets: SecretVault;
  readonly ledger: Ledger;
  readonly identity: Identity;
  readonly work: WorkQueue;
  readonly folder: string;
  /** What the owner heard, committed or not. */
  readonly transitions: RolloutTransition[];
  /** Joins hosts and starts a simulated agent for each. */
  agents(hosts: readonly string[], simulate?: Simulation): Promise<FakeAgent[]>;
  accept(plan: Plan): Promise<string>;
  cancel(rolloutId: string): Promise<boolean>;
  /** Accepts a plan and waits for its end. */
  run(plan: Plan): Promise<RolloutView>;
  /** Resolves with the first view that `isIt` finds right. */
  until(rolloutId: string, isIt: (view: RolloutView) => boolean): Promise<RolloutView>;
  /** Stops agents and engine; `keep` leaves the folder for another engine. */
  close(options?: { keep?: boolean }): Promise<void>;
}

const migrations = [
  ...ledgerMigrations,
  ...identityMigrations,
  ...workMigrations,
  ...blobMigrations,
  ...secretMigrations,
  ...engineMigrations,
  ...instanceMigrations,
];

/** Opens an engine; nothing counts as down in its first moments unless the test's timing says so. */
export async function openTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'slipway-engine-')));
  const clock = options.clock ?? systemClock;
  const url = options.databaseUrl ?? `sqlite:${join(folder, 'slipway.db')}`;
  const storage = await openStorage({ url, clock, log: silent });
  await storage.migrate({ name: 'core', migrations });
  const blobs = await createBlobStore({
    storage,
    objects: directoryObjects(join(folder, 'blobs')),
    spoolFolder: join(folder, 'spool'),
    clock,
    log: silent,
  });
  const secrets = createSecretVault({ storage, box: await openSecretBox({ dataFolder: folder }) });
  const ledger = createLedger({ storage });
  const identity = createIdentity({ storage, clock, hashCost: cheapHash });
  const work = createWorkQueue({ storage, clock, log: silent });
  const engine = createEngine({
    ...{ storage, blobs, secrets, ledger, identity, work, clock, log: silent },
    outputFolder: join(folder, 'output'),
    timing: { tick: 50, grace: 0, ...options.timing },
  });
  const transitions: RolloutTransition[] = [];
  engine.registerOwner({
    dialect: 'test',
    noun: 'deployment',
    onTransition: async (unit, transition) => {
      transitions.push(transition);
      await options.onTransition?.(unit, transition);
    },
    ...(options.expand ? { expand: options.expand } : {}),
    ...(options.onInstanceChange ? { onInstanceChange: options.onInstanceChange } : {}),
  });
  for (const handler of options.handlers ?? []) engine.registerServerStep(handler);
  await work.start();
  await engine.start();
  const agents: FakeAgent[] = [];
  let token: string | undefined;
  let closed = false;

  const accept = async (plan: Plan) => {
    const { id } = await storage.write((unit) =>
      engine.accept(unit, {
        owner: { dialect: 'test', noun: 'deployment', id: '1' },
        title: 'shop-api · release on web',
        resource: '/test/projects/1',
        requestedBy: 'dev@example.com',
        plan,
      }),
    );
    return id;
  };
  return {
    ...{ engine, storage, blobs, secrets, ledger, identity, work, folder, transitions, accept },
    async agents(hosts, simulate) {
      token ??= (
        await storage.write((unit) => identity.createJoinToken(unit, { hosts: ['*'], mayReplace: true }))
      ).token;
      const fresh: FakeAgent[] = [];
      for (const name of hosts) {
        const request = {
          token,
          name,
          labels: {},
          platform: 'linux-x64',
          agentVersion: 'fake',
          replace: true,
        };
        await engine.agents.join(request, '127.0.0.1');
        fresh.push(new FakeAgent(name, gatewayLink(engine.agents, name), simulate).start());
      }
      agents.push(...fresh);
      return fresh;
    },
    cancel: (rolloutId) => storage.write((unit) => engine.cancel(unit, rolloutId, 'dev@example.com')),
    run: async (plan) => engine.waitForEnd(await accept(plan), AbortSignal.timeout(100_000)),
    async until(rolloutId, isIt) {
      for await (const view of engine.watch(rolloutId, AbortSignal.timeout(100_000)))
        if (isIt(view)) return view;
      throw new Error(
        `the rollout ended without it: ${JSON.stringify(await engine.find(rolloutId), null, 1)}`,
      );
    },
    async close({ keep = false } = {}) {
      if (closed) return;
      closed = true;
      await Promise.all(agents.map((agent) => agent.stop()));
      await engine.stop();
      await work.stop(1_000);
      await storage.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A script step that succeeds unless the test's simulation says otherwise. */
export function script(
  name: string,
  more: Partial<Extract<NonNullable<Plan['stages'][0]['steps']>[0], { kind: 'script' }>> = {},
) {
  return {
    where: 'agent',
    kind: 'script',
    name,
    shell: '/bin/sh',
    text: 'true',
    timeoutSeconds: 60,
    ...more,
  } as const;
}

/** A step of the server that a handler of the test runs. */
export function serverStep(
  kind: string,
  input: unknown = null,
  more: { onCancel?: 'finish' | 'kill'; timeoutSeconds?: number; onFailure?: 'ignore' } = {},
) {
  return { where: 'server', kind, name: kind, input, timeoutSeconds: 60, ...more } as const;
}

/** Starts one instance whose asset nobody fetches; a simulated agent has it running and well at once. */
export function serviceStart(instance: string, pool: string): ServiceStartStep {
  return {
    ...{ where: 'agent', kind: 'service-start', name: `start ${instance}`, timeoutSeconds: 60 },
    ...{ instance, pool, environment: {}, stopGraceSeconds: 1 },
    asset: { kind: 'bundle', url: 'http://127.0.0.1:9/bundle.tar.gz' },
    health: {
      ...{ type: 'http', path: '/health', initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1 },
      ...{ readinessMisses: 3, livenessMisses: 9 },
    },
  };
}

/** Engines for the tests of one file, closed after each test. */
export function useTestEngines(common: TestEngineOptions = {}): {
  engine(options?: TestEngineOptions): Promise<TestEngine>;
} {
  let open: TestEngine[] = [];
  afterEach(async () => {
    const engines = open;
    open = [];
    // Two of them may share a folder.
    for (const test of engines) await test.close({ keep: true });
    for (const test of engines) await rm(test.folder, { recursive: true, force: true });
  });
  return {
    async engine(options = {}) {
      const test = await openTestEngine({ ...common, ...options });
      open.push(test);
      return test;
    },
  };
}

/** The two databases that the engine's suites run on; each call answers an empty one. */
export const databases: readonly { name: string; missing: boolean; url(): Promise<string | undefined> }[] = [
  { name: 'SQLite', missing: false, url: async () => undefined },
  { name: 'PostgreSQL', missing: postgresMissing !== undefined, url: emptyPostgres },
];

const filledTables = [
  ...['rollout', 'host', 'engine_server', 'work', 'join_token', 'ledger_entry'],
  ...['instance', 'pool', 'route', 'router', 'router_token', 'route_measure'],
];

let postgres: Promise<string> | undefined;

/** One database for all tests of this process, emptied for each: making and migrating one takes half a second. */
async function emptyPostgres(): Promise<string> {
  postgres ??= migratedPostgres();
  const url = await postgres;
  // By one connection and one call: a storage of its own would open several, for each of many tests.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(filledTables.map((table) => `delete from ${table};`).join(''));
  } finally {
    await client.end();
  }
  return url;
}

async function migratedPostgres(): Promise<string> {
  const url = await freshDatabase((await sharedPostgres()).url);
  const storage = await openStorage({ url, clock: systemClock, log: silent });
  await storage.migrate({ name: 'core', migrations });
  await storage.close();
  return url;
}
