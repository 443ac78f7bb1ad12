import { afterAll, beforeAll, expect, test } from 'vitest';
import { costlySteps, queryPlans } from '../../../../test/harness/query-plans.ts';
import { openTestStorage, type TestStorage } from '../../../../test/harness/storage.ts';
import { identityMigrations } from '../../../identity/index.ts';
import { ledgerMigrations } from '../../../ledger/index.ts';
import { nullplatformMigrations } from '../migrations.ts';
import type { Page } from '../paging.ts';
import type { NullplatformTables } from '../tables.ts';
import { assetsOf } from './asset.ts';
import { pageOf } from './list.ts';
import { withValues } from './parameter.ts';
import { scopeMessages } from './scope-message.ts';

let opened: TestStorage;
beforeAll(async () => {
  const core = { name: 'core', migrations: [...ledgerMigrations, ...identityMigrations] };
  opened = await openTestStorage({ engine: 'sqlite', migrations: [core, nullplatformMigrations] });
});
afterAll(() => opened.close());

const page: Page = { limit: 30, offset: 0, sort: { column: 'created_at', direction: 'desc' } };
const application = { column: 'application_id', values: [4] };

test.each<[keyof NullplatformTables, { column: string; values: (string | number)[] }[]]>([
  ['np_build', [application]],
  ['np_build', [application, { column: 'status', values: ['successful'] }]],
  ['np_build', [application, { column: 'branch', values: ['main'] }]],
  ['np_build', [application, { column: 'commit_id', values: ['c0ffee'] }]],
  ['np_release', [application]],
  ['np_release', [application, { column: 'status', values: ['active'] }]],
  ['np_release', [application, { column: 'build_id', values: [9] }]],
  ['np_asset', [{ column: 'build_id', values: [9] }]],
  ['np_scope', [application]],
  ['np_scope', [application, { column: 'status', values: ['active'] }]],
  ['np_parameter', [application]],
  ['np_account', [{ column: 'organization_id', values: [1] }]],
  ['np_namespace', [{ column: 'account_id', values: [2] }]],
  ['np_application', [{ column: 'namespace_id', values: [3] }]],
  ['np_api_key', [{ column: 'organization_id', values: [1] }]],
])('a page of %s by %j reads an index in its order', async (table, filters) => {
  const { storage } = opened;
  const plans = await queryPlans(storage, (reader) => pageOf(reader, table, { filters, page }));
  expect(plans).toHaveLength(2);
  expect(plans.flatMap(costlySteps)).toEqual([]);
});

test('what belongs to a page is read in one query, by an index', async () => {
  const { storage } = opened;
  const plans = [
    ...(await queryPlans(storage, (reader) => scopeMessages(reader, 5))),
    ...(await queryPlans(storage, (reader) => assetsOf(reader, [1]))),
  ];
  expect(plans).toHaveLength(2);
  expect(plans.flatMap(({ steps }) => steps).filter((step) => step.startsWith('SCAN'))).toEqual([]);
  const parameter = { id: 1 } as Parameters<typeof withValues>[1][number];
  const values = await queryPlans(storage, (reader) =>
    withValues(reader, [parameter, { ...parameter, id: 2 }]),
  );
  expect(values).toHaveLength(1);
});
