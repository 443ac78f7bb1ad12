import type { Unit } from '../storage/index.ts';
import type { WorkRequest } from './work.ts';
import type { WorkTables } from './work-table.ts';

/** The channel that tells all processes which kind has new work. */
export const workChannel = 'work';

/** Adds a piece; with `once`, nothing where one of that key waits already. */
export async function enqueueWork(unit: Unit, work: WorkRequest): Promise<void> {
  const behind = work.lane !== undefined && (await laneIsBusy(unit, work.lane));
  const notBefore = Math.max(work.notBefore ?? unit.now, unit.now);
  await unit
    .tables<WorkTables>()
    .insertInto('work')
    .values({
      kind: work.kind,
      project: work.project ?? '',
      lane: work.lane ?? null,
      exclusive_key: work.exclusive ?? null,
      once_key: work.once ?? null,
      input: JSON.stringify(work.input ?? null),
      state: behind ? 'behind' : 'waiting',
      attempt: 0,
      not_before: notBefore,
      enqueued_at: unit.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (!behind) unit.notify(workChannel, work.kind);
}

/** Pieces of one statement: some thousand parameters. */
const piecesAtOnce = 500;

/** Adds many pieces that have no lane, in their order, by few statements. */
export async function enqueueManyWorks(
  unit: Unit,
  works: readonly Omit<WorkRequest, 'lane'>[],
): Promise<void> {
  for (let start = 0; start < works.length; start += piecesAtOnce) {
    const rows = works.slice(start, start + piecesAtOnce).map((work) => ({
      kind: work.kind,
      project: work.project ?? '',
      lane: null,
      exclusive_key: work.exclusive ?? null,
      once_key: work.once ?? null,
      input: JSON.stringify(work.input ?? null),
      state: 'waiting' as const,
      attempt: 0,
      not_before: Math.max(work.notBefore ?? unit.now, unit.now),
      enqueued_at: unit.now,
    }));
    await unit
      .tables<WorkTables>()
      .insertInto('work')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const kind of new Set(works.map((work) => work.kind))) unit.notify(workChannel, kind);
}

/** Makes a timer of `kind` due every `seconds`; a known one keeps its next time unless the new rhythm is shorter. */
export async function enqueueTimer(unit: Unit, kind: string, seconds: number): Promise<void> {
  const key = `every:${kind}`;
  const next = unit.now + seconds * 1000;
  const work = unit.tables<WorkTables>();
  const known = await work
    .selectFrom('work')
    .select(['id', 'not_before'])
    .where('once_key', '=', key)
    .executeTakeFirst();
  if (known) {
    await work
      .updateTable('work')
      .set({ repeat_seconds: seconds, not_before: Math.min(known.not_before, next) })
      .where('id', '=', known.id)
      .execute();
  } else {
    await work
      .insertInto('work')
      .values({
        kind,
        project: '',
        once_key: key,
        input: 'null',
        state: 'waiting',
        attempt: 0,
        repeat_seconds: seconds,
        not_before: next,
        enqueued_at: unit.now,
      })
      .execute();
  }
  unit.notify(workChannel, kind);
}

async function laneIsBusy(unit: Unit, lane: string): Promise<boolean> {
  const first = await unit
    .tables<WorkTables>()
    .selectFrom('work')
    .select('id')
    .where('lane', '=', lane)
    .where('state', '!=', 'dead')
    .limit(1)
    .executeTakeFirst();
  return first !== undefined;
}
