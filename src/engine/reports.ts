import { CoreError } from '../errors/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Clock, Storage } from '../storage/index.ts';
import type { Driver } from './driver.ts';
import type { OutputStream } from './engine.ts';
import { type HeardEvent, hear } from './input-report.ts';
import type { Leases } from './leases.ts';
import type { LiveLease } from './live-leases.ts';
import type { OutputFiles } from './output/index.ts';
import type { AgentEvent, HeldLease, ReportAnswer, ReportRequest } from './protocol.ts';
import type { EngineTables } from './tables.ts';

/** Takes what agents report: output into files, everything else to the rollout. */
export class Reports {
  readonly #parts: { storage: Storage; ledger: Ledger; clock: Clock };
  readonly #leases: Leases;
  readonly #files: OutputFiles;
  readonly #driver: Driver;
  readonly #recorded = new Set<string>();

  constructor(
    parts: { storage: Storage; ledger: Ledger; clock: Clock },
    leases: Leases,
    files: OutputFiles,
    driver: Driver,
  ) {
    this.#parts = parts;
    this.#leases = leases;
    this.#files = files;
    this.#driver = driver;
  }

  async take(host: string, request: ReportRequest): Promise<ReportAnswer> {
    const skew = request.sentAt === undefined ? 0 : this.#parts.clock.now() - request.sentAt;
    const groups = [...byLease(request.events).values()];
    const cancels = await Promise.all(groups.map((events) => this.#group(host, events, skew)));
    return {
      acknowledged: groups.flatMap((events) => {
        const last = events.at(-1);
        if (!last) return [];
        const { hostRunId, fencingToken, sequence } = last;
        return [{ hostRunId, fencingToken, sequence }];
      }),
      cancel: cancels.flatMap((cancel) => cancel ?? []),
    };
  }

  /** Stores the events of one lease; answers the lease when it is to be cancelled. */
  async #group(host: string, events: readonly AgentEvent[], skew: number): Promise<HeldLease | undefined> {
    const [first] = events;
    if (!first) return undefined;
    const { hostRunId, fencingToken } = first;
    const live = await this.#leases.known(host, hostRunId, fencingToken);
    if (!live) {
      await this.#recordLate(host, { hostRunId, fencingToken });
      return undefined;
    }
    this.#leases.live.renew(live);
    const heard = await this.#store(live, events, skew);
    if (heard.length === 0) return undefined;
    const outcome = await this.#driver.submit(live.rollout, hear({ hostRunId, fencingToken, host }, heard));
    if (outcome?.ended) this.#leases.live.remove(hostRunId);
    if (outcome?.late) await this.#recordLate(host, { hostRunId, fencingToken });
    return outcome?.cancelAsked ? { hostRunId, fencingToken } : undefined;
  }

  /** Output goes into files, in order; what is left is for the rollout. */
  async #store(lease: LiveLease, events: readonly AgentEvent[], skew: number): Promise<HeardEvent[]> {
    const heard: HeardEvent[] = [];
    for (const event of events) {
      if (event.kind === 'output') {
        await this.#append(lease, event);
      } else {
        const step = 'index' in event ? event.index : -1;
        const ended = event.kind === 'step-ended';
        heard.push({
          event,
          at: event.at + skew,
          stdoutBytes: ended ? await this.#length(lease, step, 'stdout') : 0,
          stderrBytes: ended ? await this.#length(lease, step, 'stderr') : 0,
        });
      }
    }
    return heard;
  }

  async #append(lease: LiveLease, event: Extract<AgentEvent, { kind: 'output' }>): Promise<void> {
    const { index, stream, offset, data } = event;
    if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(index) || index < 0) {
      throw new CoreError('invalid', 'An output event needs an index and an offset of 0 or more.');
    }
    if (index >= lease.steps) throw new CoreError('invalid', `The run has no step ${index}.`);
    const name = { rolloutId: lease.rolloutId, hostRun: lease.hostRunId, step: index, stream };
    const bytes = Buffer.from(data, 'base64');
    lease.lengths.set(`${index}-${stream}`, await this.#files.append(name, offset, bytes, lease.masked));
  }

  /** From memory; from the file when some of the output may have come in through another server. */
  async #length(lease: LiveLease, step: number, stream: OutputStream): Promise<number> {
    const known = lease.lengths.get(`${step}-${stream}`);
    if (known !== undefined || lease.givenHere) return known ?? 0;
    return this.#files.length({ rolloutId: lease.rolloutId, hostRun: lease.hostRunId, step, stream });
  }

  /** A report under a worthless token changes nothing, but stands in the ledger: somebody may wonder what the host did. */
  async #recordLate(host: string, lease: HeldLease): Promise<void> {
    const row = await this.#parts.storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .innerJoin('rollout', 'rollout.number', 'host_run.rollout')
        .select(['host_run.state', 'host_run.fencing_token'])
        .select(['rollout.id', 'rollout.dialect', 'rollout.resource', 'rollout.title'])
        .where('host_run.id', '=', lease.hostRunId)
        .where('host_run.host', '=', host)
        .executeTakeFirst(),
    );
    // A token that was never given says nothing of the host's runs, and would fill the ledger.
    if (!row || lease.fencingToken < 1 || lease.fencingToken > row.fencing_token) return;
    // The same report once more, after a normal end, is no news.
    if (row.fencing_token === lease.fencingToken && row.state !== 'lost') return;
    const key = `${lease.hostRunId}/${lease.fencingToken}`;
    if (this.#recorded.has(key)) return;
    this.#recorded.add(key);
    await this.#parts.storage.write((unit) =>
      this.#parts.ledger.append(unit, {
        who: `agent:${host}`,
        dialect: row.dialect,
        action: 'host-run.report-late',
        resource: row.resource,
        subject: row.title,
        outcome: 'refused',
        detail: { rollout: row.id, hostRun: lease.hostRunId },
      }),
    );
  }
}

function byLease(events: readonly AgentEvent[]): Map<string, AgentEvent[]> {
  const groups = new Map<string, AgentEvent[]>();
  for (const event of events) {
    const key = `${event.hostRunId}/${event.fencingToken}`;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return groups;
}
