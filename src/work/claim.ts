import { sql } from 'kysely';
import type { Unit } from '../storage/index.ts';
import { fairChoice } from './fairness.ts';
import type { WorkTables } from './work-table.ts';

/** A piece that this process runs now. */
export interface ClaimedWork {
  readonly id: number;
  readonly kind: string;
  readonly project: string;
  readonly lane: string | null;
  readonly exclusive_key: string | null;
  readonly input: string;
  /** From 1; with the id it is the fencing token of this try. */
  readonly attempt: number;
}

/** A kind with room for more pieces. */
export interface FreeKind {
  readonly kind: string;
  readonly free: number;
  /** The project that was served last; the next one in order comes first. */
  readonly lastProject: string;
}

/** Takes due pieces of the kinds, fairly between projects, and leases them to `owner`. */
export async function claimWork(
  unit: Unit,
  kinds: readonly FreeKind[],
  lease: { owner: string; milliseconds: number },
): Promise<ClaimedWork[]> {
  const chosen: ClaimedWork[] = [];
  for (const kind of kinds) chosen.push(...(await candidatesOf(unit, kind)));
  const taken = new Set<string>();
  const claimed = chosen.filter(({ exclusive_key: key }) => {
    if (key === null) return true;
    const first = !taken.has(key);
    taken.add(key);
    return first;
  });
  if (claimed.length === 0) return [];
  await unit
    .tables<WorkTables>()
    .updateTable('work')
    .set((set) => ({
      state: 'running' as const,
      attempt: set('attempt', '+', 1),
      lease_owner: lease.owner,
      lease_until: unit.now + lease.milliseconds,
    }))
    .where(
      'id',
      'in',
      claimed.map((work) => work.id),
    )
    .execute();
  return claimed.map((work) => ({ ...work, attempt: work.attempt + 1 }));
}

async function candidatesOf(unit: Unit, kind: FreeKind): Promise<ClaimedWork[]> {
  const projects = await waitingProjects(unit, kind.kind);
  if (projects.length === 0) return [];
  const running = await runningByProject(unit, kind.kind);
  const busyness = (project: string) => running.get(project) ?? 0;
  const later = (project: string) => (project > kind.lastProject ? 0 : 1);
  // Least busy first; among equals the order goes on behind the last one served, so that no name is always first.
  const order = projects.sort((a, b) => busyness(a) - busyness(b) || later(a) - later(b) || (a < b ? -1 : 1));
  const queues: { running: number; waiting: ClaimedWork[] }[] = [];
  for (const project of order) {
    const waiting = await dueIn(unit, kind, project);
    if (waiting.length > 0) queues.push({ running: busyness(project), waiting });
    if (queues.length >= kind.free) break;
  }
  return fairChoice(queues, kind.free);
}

/** Jumps from project to project through the index: the cost grows with the projects, not with the pieces. */
async function waitingProjects(unit: Unit, kind: string): Promise<string[]> {
  const { rows } = await sql<{ project: string }>`
    with recursive step (project) as (
      select min(project) from work where kind = ${kind} and state = 'waiting'
      union all
      select (select min(project) from work where kind = ${kind} and state = 'waiting' and project > step.project)
      from step where step.project is not null
    )
    select project from step where project is not null`.execute(unit.tables());
  return rows.map((row) => row.project);
}

async function runningByProject(unit: Unit, kind: string): Promise<Map<string, number>> {
  const rows = await unit
    .tables<WorkTables>()
    .selectFrom('work')
    .select((select) => ['project', select.fn.countAll<number>().as('running')])
    .where('kind', '=', kind)
    .where('state', '=', 'running')
    .groupBy('project')
    .execute();
  return new Map(rows.map((row) => [row.project, row.running]));
}

function dueIn(unit: Unit, kind: FreeKind, project: string): Promise<ClaimedWork[]> {
  const due = unit
    .tables<WorkTables>()
    .selectFrom('work')
    .select(['id', 'kind', 'project', 'lane', 'exclusive_key', 'input', 'attempt'])
    .where('kind', '=', kind.kind)
    .where('state', '=', 'waiting')
    .where('project', '=', project)
    .where('not_before', '<=', unit.now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('work as other')
            .select('other.id')
            .whereRef('other.exclusive_key', '=', 'work.exclusive_key')
            .where('other.state', '=', 'running'),
        ),
      ),
    )
    .orderBy('not_before')
    .orderBy('id')
    .limit(kind.free);
  // Another replica that claims at this moment is passed by instead of waited for; SQLite has one writer anyway.
  return (unit.flavor.engine === 'postgres' ? due.forUpdate().skipLocked() : due).execute();
}
