import { pause, ServerRefusal } from '../calls/index.ts';
import type { PollAnswer, PollRequest } from '../engine/protocol.ts';
import { AgentError, exitCodes } from './agent-error.ts';
import { backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { LeaseDesk } from './lease-desk.ts';
import type { Log } from './log.ts';

/** How long a poll is held: below the 60 s after which many proxies cut a silent connection. */
const idlePollSeconds = 50;
/** A host run that ends within this time costs no poll of its own. */
const busyPollAfterMilliseconds = 300;
/** The pause after an empty answer that came at once, so that a confused server is not flooded. */
const emptyAnswerPause = 200;

interface PollParts {
  readonly connection: Connection;
  readonly desk: LeaseDesk;
  readonly version: string;
  readonly server: string;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Asks for a new credential in place of a worthless one; undefined when that is not allowed. */
  readonly rejoin: (() => Promise<void>) | undefined;
  /** Tries to update the program; true when the new one is in place. Called only when nothing runs. */
  update(version: string | undefined): Promise<boolean>;
}

/** Polls and works until `stop` aborts (`stopped`) or a new program is in place (`updated`). Throws an AgentError when the server wants no more of this host. */
export async function pollForWork(parts: PollParts): Promise<'stopped' | 'updated'> {
  const { connection, desk, version, server, log, stop } = parts;
  let failures = 0;
  let isKnown = false;
  while (!stop.aborted) {
    const freed = new AbortController();
    // A poll that asks for leases is not given up for another free place: its answer might hold one already.
    desk.onFree = () => {
      if (!isAsking) freed.abort();
    };
    let isAsking = false;
    const abort = () => freed.abort();
    stop.addEventListener('abort', abort);
    try {
      if (!desk.isIdle && !desk.isResuming) await pause(busyPollAfterMilliseconds, freed.signal);
      if (freed.signal.aborted) continue;
      const startedAt = Date.now();
      isAsking = desk.free > 0;
      const answer = await poll(connection, version, desk, freed.signal);
      if (failures > 0) log(`connected to ${server} again`);
      failures = 0;
      isKnown = true;
      desk.cancel(answer.cancel);
      desk.accept(answer.leases);
      if (answer.updateTo && desk.isIdle && (await parts.update(answer.updateTo))) return 'updated';
      const isEmpty = answer.leases.length === 0 && answer.cancel.length === 0;
      if (isEmpty && Date.now() - startedAt < emptyAnswerPause) await pause(emptyAnswerPause, freed.signal);
    } catch (error) {
      if (freed.signal.aborted) continue;
      if (error instanceof ServerRefusal && error.status === 401) {
        if (isKnown || !parts.rejoin) throw worthless(server, error);
        await parts.rejoin();
        isKnown = true;
        continue;
      }
      if (error instanceof ServerRefusal && error.status === 426) {
        if (desk.isIdle && (await parts.update(undefined))) return 'updated';
        if (failures === 0) log(`${server} wants a newer agent: ${error.message}`);
      } else if (failures === 0) log(`no connection to ${server}: ${(error as Error).message}; trying on`);
      failures += 1;
      await pause(backoff(failures, Math.random()), freed.signal);
    } finally {
      stop.removeEventListener('abort', abort);
    }
  }
  return 'stopped';
}

/** The end of an agent whose credential the server does not know (any more). */
export function worthless(server: string, refusal: ServerRefusal): AgentError {
  return new AgentError(
    exitCodes.refused,
    `${server} does not accept this host any more: ${refusal.message}\nIt was removed, or joined again elsewhere. To join anew: remove credential.json from the state folder and start with a join token (and --replace).`,
  );
}

async function poll(
  connection: Connection,
  agentVersion: string,
  desk: LeaseDesk,
  signal: AbortSignal,
): Promise<PollAnswer> {
  const waitSeconds = secondsToWait(desk);
  const request: PollRequest = {
    agentVersion,
    held: desk.held.map(({ hostRunId, fencingToken }) => ({ hostRunId, fencingToken })),
    free: desk.free,
    waitSeconds,
  };
  return await connection.post<PollAnswer>('/agent/v1/poll', JSON.stringify(request), {
    timeoutMilliseconds: (waitSeconds + 20) * 1000,
    signal,
  });
}

/** While busy a poll renews the leases and hears of a cancel; three of them fit into the life of a lease. */
function secondsToWait({ held, isResuming }: LeaseDesk): number {
  if (isResuming) return 0;
  const shortest = Math.min(...held.map(({ leaseSeconds }) => leaseSeconds));
  return Math.max(1, Math.min(idlePollSeconds, Math.floor(shortest / 3)));
}
