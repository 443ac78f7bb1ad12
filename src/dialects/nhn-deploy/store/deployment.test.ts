import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costlySteps, queryPlans } from '../../../../test/harness/query-plans.ts';
import { openTestStorage, type TestStorage } from '../../../../test/harness/storage.ts';
import type { Reader } from '../../../storage/index.ts';
import { nhnDeployMigrations } from '../migrations.ts';
import {
  countDeployments,
  deploymentByKey,
  deploymentPage,
  deploymentSnapshot,
  scenarioRuns,
} from './deployment.ts';
import { resourceFiles, resourceGroups, resourceRevisions } from './resource.ts';
import {
  mappedScenario,
  mappedScenarios,
  mappingsOf,
  scenarioById,
  scenarioByName,
  scenarioRevisions,
  scenarioSecrets,
} from './scenario.ts';
import { listServerGroups, serverGroupById, serverGroupByName, serversOf } from './server-group.ts';

let test: TestStorage;

beforeAll(async () => {
  test = await openTestStorage({ migrations: [nhnDeployMigrations] });
});

afterAll(async () => {
  await test.close();
});

const range = { artifactId: 1, fromDay: '2026-01-01', toDay: '2026-01-31', from: 0, before: 1 };
const page = { offset: 20, size: 20 };

describe('queries of runs', () => {
  it.each<[string, (reader: Reader) => Promise<unknown>]>([
    ['a page of an artifact', (reader) => deploymentPage(reader, range, page)],
    ['a page of a server group', (reader) => deploymentPage(reader, { ...range, serverGroupId: 2 }, page)],
    ['the number of deployments of an artifact', (reader) => countDeployments(reader, range)],
    ['the number of a server group', (reader) => countDeployments(reader, { ...range, serverGroupId: 2 })],
    ['one deployment', (reader) => deploymentByKey(reader, 1, 7)],
    ['its snapshot', (reader) => deploymentSnapshot(reader, 7)],
    ['whether a scenario runs', (reader) => scenarioRuns(reader, 3)],
    ['the server groups of an artifact', (reader) => listServerGroups(reader, 1)],
    ['one server group', (reader) => serverGroupById(reader, 1, 2)],
    ['a server group by name', (reader) => serverGroupByName(reader, 1, 'web')],
    ['the servers of a group', (reader) => serversOf(reader, 2)],
    ['one scenario', (reader) => scenarioById(reader, 1, 3)],
    ['a scenario by name', (reader) => scenarioByName(reader, 1, 'release')],
    ['a mapped scenario', (reader) => mappedScenario(reader, 1, 2, 3)],
    ['the groups of a scenario', (reader) => mappingsOf(reader, 3)],
    ['the changes of a scenario', (reader) => scenarioRevisions(reader, 3)],
    ['the secrets of a scenario', (reader) => scenarioSecrets(reader, 3)],
    ['the file groups of an artifact', (reader) => resourceGroups(reader, 1)],
    ['the revisions of a file', (reader) => resourceRevisions(reader, 8)],
  ])('for %s read an index and sort nothing', async (_what, query) => {
    const plans = await queryPlans(test.storage, query);
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.flatMap(costlySteps)).toEqual([]);
    for (const { sql, steps } of plans) expect(steps.join('\n'), sql).toMatch(/^SEARCH/m);
  });

  // What a group maps, and the files of an artifact, are sorted in memory: tens of rows, found by index.
  it.each<[string, (reader: Reader) => Promise<unknown>]>([
    ['the scenarios of a group', (reader) => mappedScenarios(reader, 1, 2)],
    ['the files of an artifact', (reader) => resourceFiles(reader, 1)],
  ])('for %s read an index', async (_what, query) => {
    const plans = await queryPlans(test.storage, query);
    expect(plans.flatMap(({ steps }) => steps.filter((step) => step.startsWith('SCAN')))).toEqual([]);
  });
});
