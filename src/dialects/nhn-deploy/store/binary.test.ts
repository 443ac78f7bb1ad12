import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costlySteps, queryPlans } from '../../../../test/harness/query-plans.ts';
import { openTestStorage, type TestStorage } from '../../../../test/harness/storage.ts';
import type { Reader } from '../../../storage/index.ts';
import { nhnDeployMigrations } from '../migrations.ts';
import { artifactById, searchArtifacts } from './artifact.ts';
import {
  fixedBinaries,
  labelsFrom,
  latestBinary,
  latestOfSystem,
  liveBinaries,
  pageOfBinaries,
} from './binary.ts';
import { binaryGroupByPageToken, listBinaryGroups } from './binary-group.ts';
import { binariesInUse, isBinaryInUse } from './binary-use.ts';
import { projectByAppKey } from './project.ts';
import { sentLinkByHash, sentLinksOf } from './sent-link.ts';

let test: TestStorage;

beforeAll(async () => {
  test = await openTestStorage({ migrations: [nhnDeployMigrations] });
});

afterAll(async () => {
  await test.close();
});

const page = { offset: 40, size: 20 };
const columns = ['version', 'id', 'uploaded_at'] as const;
const directions = ['asc', 'desc'] as const;

describe('queries', () => {
  it.each<[string, (reader: Reader) => Promise<unknown>]>([
    ...columns.flatMap((column) =>
      directions.flatMap((direction) =>
        ['', 'rc'].map((keyword): [string, (reader: Reader) => Promise<unknown>] => [
          `a page of binaries by ${column} ${direction}${keyword && ' that match a keyword'}`,
          (reader) => pageOfBinaries(reader, 4, { keyword, sort: { column, direction }, page }),
        ]),
      ),
    ),
    ['the newest binary of a group', (reader) => latestBinary(reader, 4)],
    ['the newest binary of a system', (reader) => latestOfSystem(reader, 6, 'iOS')],
    ['the live binaries of a group', (reader) => liveBinaries(reader, 4)],
    ['the fixed binaries of a group', (reader) => fixedBinaries(reader, 6)],
    ['the labels that are taken', (reader) => labelsFrom(reader, 4, '', '2024', 10)],
    ['the binaries in use', (reader) => binariesInUse(reader, 4)],
    ['whether a binary is in use', (reader) => isBinaryInUse(reader, 1)],
    ['the artifacts of a project', (reader) => searchArtifacts(reader, 1, '')],
    ['a search for artifacts', (reader) => searchArtifacts(reader, 1, 'shop')],
    ['one artifact', (reader) => artifactById(reader, 1, 1)],
    ['the groups of an artifact', (reader) => listBinaryGroups(reader, 1)],
    ['the group of a page', (reader) => binaryGroupByPageToken(reader, 'x')],
    ['the project of an app key', (reader) => projectByAppKey(reader, 'AK')],
    ['a sent link', (reader) => sentLinkByHash(reader, 'x')],
    ['the links of a binary', (reader) => sentLinksOf(reader, 1)],
  ])('for %s read an index and sort nothing', async (_what, query) => {
    const plans = await queryPlans(test.storage, query);
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.flatMap(costlySteps)).toEqual([]);
    for (const { sql, steps } of plans) expect(steps.join('\n'), sql).toMatch(/^SEARCH/m);
  });
});
