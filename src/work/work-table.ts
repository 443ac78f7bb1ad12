import type { Generated } from 'kysely';
import type { MigrationSet } from '../storage/index.ts';

/**
 * The states of a row. `behind` waits for an earlier piece of its lane; done pieces have no row.
 *
 *   enqueue → waiting | behind → running → (done) | waiting (again) | dead
 */
export type WorkState = 'waiting' | 'behind' | 'running' | 'dead';

/** Rows of the queue as the database has them. */
export interface WorkTables {
  work: {
    id: Generated<number>;
    kind: string;
    project: string;
    lane: string | null;
    exclusive_key: string | null;
    once_key: string | null;
    /** JSON. */
    input: string;
    state: WorkState;
    /** Tries begun. */
    attempt: number;
    /** Of a timer: due again so long after it ended. */
    repeat_seconds: number | null;
    not_before: number;
    enqueued_at: number;
    /** Which process runs it, and until when nobody else may. */
    lease_owner: string | null;
    lease_until: number | null;
    reason: string | null;
    died_at: number | null;
  };
}

/** The queue's table. */
export const workMigrations: MigrationSet['migrations'] = [
  {
    name: '0003-work',
    statements: (types) => [
      `create table work (
        id ${types.identity},
        kind ${types.text} not null,
        project ${types.text} not null,
        lane ${types.text},
        exclusive_key ${types.text},
        once_key ${types.text},
        input ${types.text} not null,
        state ${types.text} not null,
        attempt ${types.integer} not null,
        repeat_seconds ${types.integer},
        not_before ${types.integer} not null,
        enqueued_at ${types.integer} not null,
        lease_owner ${types.text},
        lease_until ${types.integer},
        reason ${types.text},
        died_at ${types.integer}
      ) ${types.end}`,
      'create index work_by_project on work (kind, state, project, not_before, id)',
      'create index work_by_time on work (kind, state, not_before)',
      'create index work_by_lease on work (state, lease_until)',
      'create index work_by_death on work (state, id)',
      'create index work_by_lane on work (lane, id) where lane is not null',
      'create index work_by_exclusive on work (exclusive_key, state) where exclusive_key is not null',
      `create unique index work_once on work (once_key) where once_key is not null and state in ('waiting', 'behind')`,
    ],
  },
];
