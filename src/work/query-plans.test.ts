import { afterEach, beforeEach, expect, test } from 'vitest';
import { costlySteps, queryPlans } from '../../test/harness/query-plans.ts';
import { openTestStorage, type TestStorage } from '../../test/harness/storage.ts';
import type { Reader, Unit } from '../storage/index.ts';
import { readAgenda } from './agenda.ts';
import { claimWork } from './claim.ts';
import { listDeadLetters } from './dead-letters.ts';
import { enqueueWork } from './enqueue.ts';
import { recoverWork } from './recover.ts';
import type { WorkKind } from './work.ts';
import { workMigrations } from './work-table.ts';

let opened: TestStorage;
beforeEach(async () => {
  opened = await openTestStorage({ migrations: [{ name: 'core', migrations: workMigrations }] });
  // One piece that is not due: every query runs, and there is nothing to write.
  await opened.storage.write((unit) => enqueueWork(unit, { kind: 'k', input: 1, notBefore: unit.now + 1e9 }));
});
afterEach(() => opened.close());

/** A handle for looking: what it would tell others goes nowhere. */
function looking(reader: Reader): Unit {
  return { ...reader, now: Date.now(), notify: () => {}, afterCommit: () => {} } as unknown as Unit;
}

test('looking for due work, for lost work and for dead letters costs the same in a long queue', async () => {
  const lease = { owner: 'me', milliseconds: 1000 };
  const kinds = new Map<string, WorkKind>([
    ['k', { kind: 'k', concurrency: 1, tries: 1, run: async () => {} }],
  ]);
  const plans = [
    ...(await queryPlans(opened.storage, (reader) =>
      claimWork(looking(reader), [{ kind: 'k', free: 3, lastProject: '' }], lease),
    )),
    ...(await queryPlans(opened.storage, (reader) =>
      readAgenda({ read: (query) => query(reader) }, ['k', 'other']),
    )),
    ...(await queryPlans(opened.storage, (reader) => recoverWork(looking(reader), kinds, { all: false }))),
    ...(await queryPlans(opened.storage, (reader) => listDeadLetters(reader, { limit: 10, before: 99 }))),
  ];
  expect(plans.length).toBeGreaterThanOrEqual(5);
  expect(plans.flatMap((plan) => plan.steps).join('\n')).toContain('work_by_project');
  expect(plans.flatMap(costlySteps).filter((step) => step !== 'SCAN step')).toEqual([]);
});
