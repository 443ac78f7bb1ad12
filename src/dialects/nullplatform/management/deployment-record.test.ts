import { expect, test } from 'vitest';
import { costlySteps, queryPlans } from '../../../../test/harness/query-plans.ts';
import { openTestStorage } from '../../../../test/harness/storage.ts';
import { identityMigrations } from '../../../identity/index.ts';
import { ledgerMigrations } from '../../../ledger/index.ts';
import { nullplatformMigrations } from '../migrations.ts';
import { actionsOf, messagesOf } from './deployment-record.ts';

test('what was done and said of a deployment is read by an index, in its order', async () => {
  const core = { name: 'core', migrations: [...ledgerMigrations, ...identityMigrations] };
  const opened = await openTestStorage({
    engine: 'sqlite',
    migrations: [core, nullplatformMigrations],
  });
  const plans = await queryPlans(opened.storage, async (reader) => {
    await actionsOf(reader, 5, 6);
    await messagesOf(reader, 6);
  });
  await opened.close();
  expect(plans).toHaveLength(2);
  expect(plans.flatMap(costlySteps)).toEqual([]);
});
