import { createBlobCache } from './blob-cache.ts';
import type { AgentOptions } from './command-line.ts';
import { type Connection, connect } from './connection.ts';
import { removeInstances, Supervisor, startInstanceReporter } from './instances/index.ts';
import { joinServer, obtainCredential } from './join.ts';
import { openJournal } from './journal.ts';
import { LeaseDesk } from './lease-desk.ts';
import { keepSweeping, sweepLeftovers } from './leftovers.ts';
import type { Log } from './log.ts';
import { Outbox } from './outbox.ts';
import { pollForWork, worthless } from './poll-loop.ts';
import { recover } from './recovery.ts';
import { startReporter } from './reporter.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';
import { lockState } from './state-lock.ts';
import { createUpdater } from './update.ts';

/** How long a stopping agent tries to tell the server what it ended. */
const farewellMilliseconds = 3000;

interface Service {
  readonly options: AgentOptions;
  readonly version: string;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly folder: StateFolder;
  readonly connection: Connection;
}

/** Runs the agent until `stop` aborts or it has updated itself. Throws an AgentError when it cannot go on. */
export async function runAgent(
  options: AgentOptions,
  version: string,
  log: Log,
  stop: AbortSignal,
): Promise<'stopped' | 'updated'> {
  const folder = openStateFolder(options.state);
  const unlock = lockState(folder.lock);
  const connection = connect(options.server);
  const service = { options, version, log, stop, folder, connection };
  try {
    if (options.removeInstances) {
      await removeInstances(folder.instances);
      return 'stopped';
    }
    const credential = await obtainCredential(options, joinContext(service));
    if (!credential || options.joinOnly) return 'stopped';
    connection.useCredential(credential.credential);
    return await serve(service, credential.installation);
  } finally {
    connection.close();
    unlock();
  }
}

function joinContext({ folder, connection, version, log, stop }: Service) {
  return { file: folder.credential, connection, version, log, signal: stop };
}

async function serve(service: Service, installation: string): Promise<'stopped' | 'updated'> {
  const { options, version, log, folder, connection } = service;
  const { journal, found } = openJournal(folder.journal);
  const outbox = new Outbox(journal);
  const runningMarks = new Set<string>();
  const { graceMilliseconds } = options;
  const unfinished = await recover(found, { outbox, installation, graceMilliseconds });
  sweepLeftovers(folder.steps, runningMarks);
  const stopSweeping = keepSweeping(folder.steps, () => runningMarks);

  const blobs = createBlobCache(folder.blobs, connection, options.cacheBytes);
  const supervisor = new Supervisor({ folder: folder.instances, blobs, installation, log });
  await supervisor.adopt();
  const instanceReporter = startInstanceReporter({ supervisor, connection, log });
  const stepsFolder = folder.steps;
  const desk = new LeaseDesk(
    {
      ...{ outbox, blobs, supervisor, instanceReporter },
      ...{ stepsFolder, installation, graceMilliseconds, runningMarks },
    },
    unfinished,
  );
  const refused = new AbortController();
  const reporter = startReporter({
    outbox,
    connection,
    log,
    onAcknowledged: () => desk.settle(),
    onCancel: (leases) => desk.cancel(leases),
    onWorthless: (refusal) => refused.abort(worthless(options.server, refusal)),
  });
  let endsInstances = options.stopInstances;
  try {
    const end = await pollForWork({
      connection,
      desk,
      version,
      server: options.server,
      log,
      stop: AbortSignal.any([service.stop, refused.signal]),
      rejoin: options.replace && options.token ? () => rejoin(service) : undefined,
      update: createUpdater(folder.program, version, connection, log),
    });
    if (refused.signal.aborted) throw refused.signal.reason;
    if (end === 'updated') endsInstances = false;
    return end;
  } catch (error) {
    // The server wants no more of this host: nobody would ever end them.
    endsInstances = true;
    throw error;
  } finally {
    await desk.interrupt();
    await supervisor.leave(endsInstances);
    await reporter.drained(AbortSignal.timeout(farewellMilliseconds));
    instanceReporter.stop();
    reporter.stop();
    stopSweeping();
    journal.close();
  }
}

async function rejoin(service: Service): Promise<void> {
  const joined = await joinServer(service.options, joinContext(service));
  if (joined) service.connection.useCredential(joined.credential);
}
