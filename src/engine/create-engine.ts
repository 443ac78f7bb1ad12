import { uuidv7 } from 'uuidv7';
import { accept } from './acceptance.ts';
import { Contacts } from './contacts.ts';
import { Credentials } from './credentials.ts';
import { Driver } from './driver.ts';
import type { Engine, RolloutOwner } from './engine.ts';
import { Gateway } from './gateway.ts';
import { Hosts } from './hosts.ts';
import { poke } from './input-poke.ts';
import { InstanceLines, Instances, UsageBook } from './instances/index.ts';
import { breakLock, cancelRollout } from './interventions.ts';
import { Leases } from './leases.ts';
import { listRollouts } from './lists.ts';
import { LiveLeases } from './live-leases.ts';
import { Liveness } from './liveness.ts';
import { News } from './news.ts';
import { Offers } from './offers.ts';
import { OutputFiles, type PackOutputInput, packOutput, packOutputKind } from './output/index.ts';
import { Outputs } from './outputs.ts';
import { defaultTiming, type EngineParts } from './parts.ts';
import { PlanBook } from './plan-book.ts';
import { Reports } from './reports.ts';
import { retain, retentionKind } from './retention.ts';
import {
  createRouteDirectory,
  LiveRouters,
  RouterProgress,
  Routers,
  routeSetHandler,
} from './routers/index.ts';
import { touchRoutes } from './routes/index.ts';
import { ServerSteps } from './server-steps.ts';
import { Servers } from './servers.ts';
import type { SessionContext } from './session-context.ts';
import type { EngineTables } from './tables.ts';
import { readView } from './views.ts';
import { waitForEnd, watch } from './waiters.ts';
import { Watchman } from './watchman.ts';

/** Puts the engine together. Nothing runs before `start`, which comes after all migrations and before `work.start`. */
export function createEngine(parts: EngineParts): Engine {
  const { storage, clock, log, work, blobs } = parts;
  const timing = { ...defaultTiming, ...parts.timing };
  const serverId = uuidv7();
  const owners = new Map<string, RolloutOwner>();
  const plans = new PlanBook();
  const liveness = new Liveness(clock, timing, serverId);
  const context: SessionContext = {
    parts,
    timing,
    serverId,
    plans,
    liveness,
    owner: (dialect, noun) => owners.get(`${dialect}/${noun}`),
    poke: (rollout, hostRun) => tell(rollout, hostRun),
  };
  const driver = new Driver(storage, context);
  const live = new LiveLeases(clock);
  const files = new OutputFiles(parts.outputFolder);
  const offers = new Offers(storage);
  const news = new News(storage);
  const contacts = new Contacts(parts, liveness, serverId);
  const credentials = new Credentials(storage);
  const leases = new Leases(parts, timing, plans, driver, live);
  const servers = new Servers(storage, timing, serverId, driver);
  const serverSteps = new ServerSteps(parts, context, driver, files);
  const outputs = new Outputs(parts, files);
  const liveRouters = new LiveRouters(parts, timing, serverId, liveness);
  const watchman = new Watchman({
    ...{ parts, timing, driver, liveness, contacts, live, offers, servers },
    routers: liveRouters,
  });
  const closing = new AbortController();
  const stoppers: (() => void)[] = [];

  function tell(rollout: number, hostRun: number | null): void {
    driver.submit(rollout, poke(hostRun)).catch((error) => {
      log.error({ err: error, rollout }, 'could not go on with a rollout; it is looked at again');
      watchman.missWords();
    });
  }

  /** Other servers hear of it by notification; this one must not wait for that. */
  const loseHost = async (host: string, text: string) => {
    credentials.forget(host);
    await watchman.loseHost(host, text).catch((error) => {
      log.error({ err: error, host }, 'could not end the runs of a host; they end with their leases');
    });
  };
  const lines = new InstanceLines(parts.outputFolder);
  const instances = new Instances({
    storage,
    clock,
    log,
    lines,
    usage: new UsageBook(parts.outputFolder),
    owner: context.owner,
    onServing: touchRoutes,
  });
  const progress = new RouterProgress(parts, liveRouters);
  const routes = createRouteDirectory(storage, liveRouters, progress);
  const routers = new Routers(parts, liveRouters, timing.reread);
  serverSteps.register(routeSetHandler(storage, routes, progress));
  const hosts = new Hosts(storage, liveness, contacts, instances, (host) =>
    loseHost(host, 'The host was removed.'),
  );
  const gateway = new Gateway({
    parts,
    timing,
    credentials,
    liveness,
    offers,
    leases,
    reports: new Reports(parts, leases, files, driver),
    plans,
    contacts,
    instances,
    onJoined: async ({ answer, replaced }) => {
      if (replaced) await loseHost(answer.name, 'The agent of the host was replaced.');
      contacts.tell({ kind: 'joined', host: answer.name });
    },
  });

  work.register<PackOutputInput>({
    kind: packOutputKind,
    concurrency: 2,
    tries: 10,
    timeoutSeconds: 600,
    run: (input) => packOutput({ storage, blobs, files }, input),
  });
  work.register<null>({
    kind: retentionKind,
    concurrency: 1,
    tries: 3,
    timeoutSeconds: 600,
    run: () => retain({ storage, blobs, work, files, lines }, clock.now()),
  });

  const find: Engine['find'] = async (rolloutId) => {
    const view = await storage.read((reader) => readView(reader, plans, rolloutId));
    return view && outputs.withLengths(view);
  };
  const waiters = { storage, clock, timing, news, closing: closing.signal, find };

  return {
    hosts,
    instances,
    routes,
    agents: gateway,
    routers,
    registerOwner: (owner) => {
      owners.set(`${owner.dialect}/${owner.noun}`, owner);
    },
    registerServerStep: (handler) => serverSteps.register(handler),
    accept: (unit, request) => accept(unit, context, request),
    cancel: (unit, rolloutId, by) => cancelRollout(unit, context, rolloutId, by),
    breakLock: (unit, name, by) => breakLock(unit, context, name, by),
    find,
    plan: (rolloutId) =>
      storage.read(async (reader) => {
        const row = await reader
          .tables<EngineTables>()
          .selectFrom('rollout')
          .select(['id', 'number'])
          .where('id', '=', rolloutId)
          .executeTakeFirst();
        return row && (await plans.plan(reader, row)).plan;
      }),
    list: (filter) => storage.read((reader) => listRollouts(reader, filter)),
    waitForEnd: (rolloutId, signal) => waitForEnd(waiters, rolloutId, signal),
    watch: (rolloutId, signal) => watch(waiters, rolloutId, signal),
    output: (hostRunId, step, stream) => outputs.tail(hostRunId, step, stream),
    followOutput: (hostRunId, step, stream, offset, signal) =>
      outputs.follow(hostRunId, step, stream, offset, AbortSignal.any([signal, closing.signal])),
    async start() {
      liveness.restart();
      await servers.start();
      stoppers.push(offers.listen(() => watchman.missWords()));
      stoppers.push(news.listen(), credentials.listen(), serverSteps.listen());
      stoppers.push(routers.listen(), progress.listen());
      await offers.read();
      await servers.adopt();
      await work.every(retentionKind, 3600);
      watchman.start();
    },
    async stop() {
      closing.abort();
      news.ringAll();
      gateway.close();
      routers.close();
      await watchman.stop();
      await driver.idle();
      for (const stop of stoppers.splice(0)) stop();
      await liveRouters.stop();
      await servers.stop();
    },
  };
}
