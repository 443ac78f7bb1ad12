import type { Api } from '../api.ts';
import type { FlagValues } from '../command-line.ts';
import { failure } from '../np-error.ts';
import { applicationId } from './find-application.ts';
import type { SourceState } from './source-state.ts';

/** A build as far as the pipeline commands read it. */
export interface FoundBuild {
  readonly id: number;
  readonly status: string;
}

/** The newest build of the application, commit and branch in the status `--current_status`, by default `in_progress` (contract nullplatform 6.4). */
export async function findBuild(api: Api, flags: FlagValues, source: SourceState): Promise<FoundBuild> {
  const application = await applicationId(api, flags, source);
  const commit = await source.commitId();
  const branch = await source.branch();
  const status = flags.current_status ?? 'in_progress';
  const query = new URLSearchParams({
    application_id: String(application),
    'commit.id': commit,
    ...(branch === undefined ? {} : { branch }),
    status,
    limit: '1',
  });
  const { results } = (await api.call('GET', `/build?${query}`)) as { results: FoundBuild[] };
  const [build] = results;
  if (build) return build;
  const onBranch = branch === undefined ? '' : ` on the branch ${branch}`;
  throw failure(
    `Application ${application} has no build of the commit ${commit}${onBranch} that is ${status}`,
  );
}
