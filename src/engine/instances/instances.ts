import type { Logger } from 'pino';
import { CoreError } from '../../errors/index.ts';
import type { Clock, Reader, Storage, Unit } from '../../storage/index.ts';
import type { RolloutOwner, RolloutOwnerReference } from '../engine.ts';
import type { InstanceAnswer, InstanceReport } from '../protocol.ts';
import { rowChunks } from '../row-chunks.ts';
import type {
  Instance,
  InstanceDirectory,
  InstanceLine,
  InstanceLineRange,
  InstanceUsage,
  Pool,
} from './instance.ts';
import type { InstanceLines } from './lines.ts';
import { afterReport, type Reported, toStop } from './reported.ts';
import { type InstanceRow, instanceOf, instancesOfHost, isServing, type OwnedRow } from './rows.ts';
import type { InstanceTables } from './tables.ts';
import type { UsageBook } from './usage.ts';

/** What instances are built from. */
export interface InstanceRooms {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lines: InstanceLines;
  readonly usage: UsageBook;
  owner(dialect: string, noun: string): RolloutOwner | undefined;
  /** The instances of these pools that get requests have changed; in the same unit. */
  onServing(unit: Unit, pools: readonly string[]): Promise<void>;
}

/** Reports of one host that overtook each other lie less than this apart, in milliseconds: agents wait 20 s for an answer. */
const overtaking = 30_000;

/** The instances of all hosts. */
export class Instances implements InstanceDirectory {
  readonly #rooms: InstanceRooms;
  /** When each host sent its last report, by the agent's clock. */
  readonly #sent = new Map<string, number>();

  constructor(rooms: InstanceRooms) {
    this.#rooms = rooms;
  }

  list(filter: { pools?: readonly string[]; hosts?: readonly string[] }, within?: Unit): Promise<Instance[]> {
    return this.#read(within, async (reader) => {
      const rows = await instanceRows(reader, filter);
      return rows.map(instanceOf);
    });
  }

  find(id: string): Promise<Instance | undefined> {
    return this.#rooms.storage.read(async (reader) => {
      const row = await reader
        .tables<InstanceTables>()
        .selectFrom('instance')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && instanceOf(row);
    });
  }

  async pools(name?: string): Promise<Pool[]> {
    const rows = await this.#rooms.storage.read((reader) =>
      reader
        .tables<InstanceTables>()
        .selectFrom('pool')
        .selectAll()
        .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
        .orderBy('name')
        .execute(),
    );
    const counts = await this.counts(rows.map((row) => row.name));
    return rows.map((row) => ({
      ...{ name: row.name, dialect: row.dialect, noun: row.noun, ownerId: row.owner_id, madeAt: row.made_at },
      ...(counts.get(row.name) ?? { launched: 0, healthy: 0 }),
    }));
  }

  counts(
    pools: readonly string[],
    within?: Unit,
  ): Promise<ReadonlyMap<string, { launched: number; healthy: number }>> {
    return this.#read(within, async (reader) => {
      const counts = new Map(pools.map((pool) => [pool, { launched: 0, healthy: 0 }]));
      for (const some of rowChunks([...counts.keys()])) {
        const rows = await reader
          .tables<InstanceTables>()
          .selectFrom('instance')
          .select((select) => ['pool', 'healthy', select.fn.countAll<number>().as('count')])
          .where('pool', 'in', some)
          .where('wanted', '=', 1)
          .where('state', 'not in', ['planned', 'stopped', 'lost'])
          .groupBy(['pool', 'healthy'])
          .execute();
        for (const { pool, healthy, count } of rows) {
          const sum = counts.get(pool);
          if (!sum) continue;
          sum.launched += Number(count);
          if (healthy === 1) sum.healthy += Number(count);
        }
      }
      return counts;
    });
  }

  async retire(unit: Unit, pool: string): Promise<void> {
    const rows = await instanceRows(unit, { pools: [pool] });
    const wanted = rows.filter((row) => row.wanted === 1);
    if (wanted.length === 0) return;
    const change = unit.tables<InstanceTables>().updateTable('instance').where('pool', '=', pool);
    // Nobody has started it yet; an agent that does is told to stop it.
    await change
      .set({ state: 'stopped', wanted: 0, changed_at: unit.now })
      .where('state', '=', 'planned')
      .execute();
    await change.set({ wanted: 0, changed_at: unit.now }).where('wanted', '=', 1).execute();
    if (wanted.some(isServing)) await this.#rooms.onServing(unit, [pool]);
  }

  async lines(pools: readonly string[], range: InstanceLineRange): Promise<InstanceLine[]> {
    const instances = await this.list({ pools });
    return this.#rooms.lines.read(
      instances.map(({ id }) => id).filter((id) => range.instance === undefined || id === range.instance),
      range,
    );
  }

  async usage(
    pools: readonly string[],
    range: { after?: number; before?: number },
  ): Promise<InstanceUsage[]> {
    const instances = await this.list({ pools });
    return this.#rooms.usage.read(
      instances.map((instance) => instance.id),
      range,
    );
  }

  /** Stores what the agent of a host reports; answers which instances it is to stop. */
  async report(host: string, report: InstanceReport): Promise<InstanceAnswer> {
    const { storage, clock, log } = this.#rooms;
    const last = this.#sent.get(host) ?? 0;
    // One that was overtaken knows less than what is stored: it may not name the newest instance. Refused and not
    // answered, so that an agent whose clock was set back does not take it for stored, and sends it again.
    if (report.sentAt < last && last - report.sentAt < overtaking)
      throw new CoreError('unavailable', 'A newer report of this host has been stored already.');
    this.#sent.set(host, report.sentAt);
    const reported: Reported = {
      statuses: new Map(report.instances.map((status) => [status.instance, status])),
      skew: clock.now() - report.sentAt,
    };
    let known = await storage.read((reader) => instancesOfHost(reader, host));
    if (known.some(({ row }) => afterReport(row, reported, 0)))
      known = await storage.write((unit) => this.#store(unit, host, reported));
    const rows = new Map(known.map(({ row }) => [row.id, row]));
    await this.#keep(report, rows, reported.skew).catch((error) => {
      // A full disk must not keep the server from knowing who is well.
      log.error({ err: error, host }, 'could not store what instances wrote and used');
    });
    return { stop: toStop(rows, reported) };
  }

  /** The host was removed, or its agent replaced: what ran there is nobody's any more. */
  async lose(unit: Unit, host: string): Promise<void> {
    const known = await instancesOfHost(unit, host);
    const alive = known.filter(({ row }) => row.state !== 'stopped' && row.state !== 'lost');
    await this.#put(
      unit,
      alive.map(({ row, owner }) => ({
        before: row,
        after: { ...row, state: 'lost', healthy: 0, wanted: 0, changed_at: unit.now },
        owner,
      })),
    );
  }

  async totals(): Promise<{ instances: number; healthy: number }> {
    const rows = await this.#rooms.storage.read((reader) =>
      reader
        .tables<InstanceTables>()
        .selectFrom('instance')
        .select((select) => ['healthy', select.fn.countAll<number>().as('count')])
        .where('wanted', '=', 1)
        .where('state', 'not in', ['planned', 'stopped', 'lost'])
        .groupBy('healthy')
        .execute(),
    );
    const count = (healthy: number) => Number(rows.find((row) => row.healthy === healthy)?.count ?? 0);
    return { instances: count(0) + count(1), healthy: count(1) };
  }

  /** What goes into files, of the instances that are the host's. */
  async #keep(report: InstanceReport, known: ReadonlyMap<string, unknown>, skew: number): Promise<void> {
    const isKnown = ({ instance }: { readonly instance: string }) => known.has(instance);
    await this.#rooms.lines.append(report.lines.filter(isKnown), this.#rooms.clock.now());
    const samples = (report.usage ?? []).filter(isKnown);
    await this.#rooms.usage.append(samples.map((sample) => ({ ...sample, at: sample.at + skew })));
  }

  async #store(unit: Unit, host: string, reported: Reported): Promise<OwnedRow[]> {
    const known = await instancesOfHost(unit, host);
    const changes: Change[] = [];
    const stored = known.map(({ row, owner }) => {
      const after = afterReport(row, reported, unit.now);
      if (after) changes.push({ before: row, after, owner });
      return { row: after ?? row, owner };
    });
    await this.#put(unit, changes);
    return stored;
  }

  /** Writes all changes before the first owner hears of one: each counts the instances of its pool. */
  async #put(unit: Unit, changes: readonly Change[]): Promise<void> {
    for (const { after } of changes) {
      const { id, ...values } = after;
      await unit.tables<InstanceTables>().updateTable('instance').set(values).where('id', '=', id).execute();
    }
    const serving = changes.filter(({ before, after }) => servesOtherwise(before, after));
    const pools = [...new Set(serving.map(({ after }) => after.pool))];
    if (pools.length > 0) await this.#rooms.onServing(unit, pools);
    for (const { before, after, owner } of changes) {
      await this.#rooms.owner(owner.dialect, owner.noun)?.onInstanceChange?.(unit, {
        owner,
        before: instanceOf(before),
        instance: instanceOf(after),
      });
    }
  }

  #read<Result>(
    within: Unit | undefined,
    query: (reader: Reader | Unit) => Promise<Result>,
  ): Promise<Result> {
    return within ? query(within) : this.#rooms.storage.read(query);
  }
}

interface Change {
  readonly before: InstanceRow;
  readonly after: InstanceRow;
  readonly owner: RolloutOwnerReference;
}

function servesOtherwise(before: InstanceRow, after: InstanceRow): boolean {
  if (isServing(before) !== isServing(after)) return true;
  return isServing(after) && before.port !== after.port;
}

/** In order of id. */
async function instanceRows(
  reader: Reader | Unit,
  { pools, hosts }: { pools?: readonly string[]; hosts?: readonly string[] },
): Promise<InstanceRow[]> {
  const all = reader.tables<InstanceTables>().selectFrom('instance').selectAll();
  if (!pools && !hosts) return all.orderBy('id').execute();
  const column = pools ? 'pool' : 'host';
  const rows: InstanceRow[] = [];
  for (const some of rowChunks([...new Set(pools ?? hosts)])) {
    rows.push(...(await all.where(column, 'in', some).execute()));
  }
  const wanted = pools && hosts ? new Set(hosts) : undefined;
  return rows
    .filter((row) => wanted?.has(row.host) ?? true)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
