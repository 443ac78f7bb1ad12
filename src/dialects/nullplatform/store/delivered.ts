import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Build, Release } from '../wire.ts';

type Tables = Pick<Reader, 'tables'>;

/** The release of the build that was made last; undefined when there is none. */
export async function newestRelease(reader: Tables, buildId: number): Promise<Release | undefined> {
  return await reader
    .tables<NullplatformTables>()
    .selectFrom('np_release')
    .selectAll()
    .where('build_id', '=', buildId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Whether any release of the build was ever deployed to the scope, whatever became of it. */
export async function isDeployed(reader: Tables, scopeId: number, buildId: number): Promise<boolean> {
  const deployment = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_release')
    .innerJoin('np_deployment', 'np_deployment.release_id', 'np_release.id')
    .select('np_deployment.id')
    .where('np_release.build_id', '=', buildId)
    .where('np_deployment.scope_id', '=', scopeId)
    .limit(1)
    .executeTakeFirst();
  return deployment !== undefined;
}

/** Whether a build of the same branch that began later has succeeded. */
export async function isOvertaken(reader: Tables, build: Build): Promise<boolean> {
  const newer = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_build')
    .select('id')
    .where('application_id', '=', build.application_id)
    .where('branch', '=', build.branch)
    .where('created_at', '>', build.created_at)
    .where('status', '=', 'successful')
    .limit(1)
    .executeTakeFirst();
  return newer !== undefined;
}
