import { decidingPolicy } from '../approvals/policies.ts';
import type { Context } from '../context.ts';
import { nrnOf } from '../nrn.ts';
import { nextVersion } from '../releases.ts';
import { assetsOf } from '../store/asset.ts';
import type { NullplatformTables } from '../tables.ts';
import { type Application, type Asset, parsed, type Scope, scopePlace } from '../wire.ts';
import type { Choices } from './deploy-shapes.ts';

/** What a search looks at, and how much of it is shown. */
const lookedAt = 500;
const mostShown = 50;

type BuildChoice = Choices['builds'][number];

/** What can be deployed to the scope; `text` stands in the version, branch, commit or description, case does not count. */
export async function deployChoices(
  { parts }: Context,
  { scope, application }: { readonly scope: Scope; readonly application: Application },
  text: string,
): Promise<Choices> {
  const wanted = text.trim().toLowerCase();
  const fits = (...words: (string | null)[]) =>
    wanted === '' || words.some((word) => word?.toLowerCase().includes(wanted));
  return await parts.storage.read(async (reader) => {
    const tables = reader.tables<NullplatformTables>();
    const releases = await tables
      .selectFrom('np_release')
      .innerJoin('np_build', 'np_build.id', 'np_release.build_id')
      .select(['np_release.id', 'np_release.semver', 'np_release.created_at as releasedAt'])
      .select(['np_build.id as buildId', 'branch', 'commit_id', 'description', 'np_build.created_at'])
      .where('np_release.application_id', '=', application.id)
      .where('np_release.status', '=', 'active')
      .orderBy('np_release.created_at', 'desc')
      .orderBy('np_release.id', 'desc')
      .limit(lookedAt)
      .execute();
    const builds = await tables
      .selectFrom('np_build')
      .select(['np_build.id as buildId', 'branch', 'commit_id', 'description', 'created_at'])
      .where('application_id', '=', application.id)
      .where('status', '=', 'successful')
      .where((builder) =>
        builder.not(
          builder.exists(
            builder.selectFrom('np_release').select('np_release.id').whereRef('build_id', '=', 'np_build.id'),
          ),
        ),
      )
      .orderBy('created_at', 'desc')
      .orderBy('np_build.id', 'desc')
      .limit(lookedAt)
      .execute();
    const shownReleases = releases
      .filter((row) => fits(row.semver, row.branch, row.commit_id, row.description))
      .slice(0, mostShown);
    const shownBuilds = builds
      .filter((row) => fits(row.branch, row.commit_id, row.description))
      .slice(0, mostShown);
    const assets = await assetsOf(
      reader,
      [...shownReleases, ...shownBuilds].map(({ buildId }) => buildId),
    );
    const policy = await decidingPolicy(reader, {
      organizationId: scope.organization_id,
      nrn: nrnOf(scopePlace(application, scope)),
      dimensions: parsed(scope.dimensions_json),
    });
    const strategies = await tables
      .selectFrom('np_strategy')
      .select(['id', 'name'])
      .where('organization_id', '=', scope.organization_id)
      .orderBy('created_at')
      .orderBy('id')
      .limit(mostShown)
      .execute();
    return {
      releases: shownReleases.map((row) => ({
        id: row.id,
        semver: row.semver,
        createdAt: row.releasedAt,
        build: buildChoice(row, assets),
      })),
      builds: shownBuilds.map((row) => buildChoice(row, assets)),
      nextSemver: await nextVersion(reader, application.id),
      assetName: scope.asset_name,
      strategies,
      policy: policy ? { name: policy.name, decision: policy.decision } : null,
    };
  });
}

function buildChoice(
  row: {
    readonly buildId: number;
    readonly branch: string | null;
    readonly commit_id: string;
    readonly description: string | null;
    readonly created_at: number;
  },
  assets: ReadonlyMap<number, readonly Asset[]>,
): BuildChoice {
  return {
    id: row.buildId,
    branch: row.branch,
    commit: row.commit_id,
    description: row.description,
    createdAt: row.created_at,
    assets: (assets.get(row.buildId) ?? []).map(({ name }) => name),
  };
}
