import type { Api } from '../api.ts';
import type { FlagValues } from '../command-line.ts';
import { failure, wrongUsage } from '../np-error.ts';
import { repositoryAddress, repositorySpellings } from './repository-url.ts';
import type { SourceState } from './source-state.ts';

/** An application as far as the pipeline commands read it. */
export interface FoundApplication {
  readonly id: number;
  readonly name: string;
  readonly repository_app_path?: string | null;
}

/** The application of the repository. Throws when there is none, or when there are several and no path says which. */
export async function findApplication(
  api: Api,
  flags: FlagValues,
  source: SourceState,
): Promise<FoundApplication> {
  const repository = await source.repositoryUrl();
  const query = new URLSearchParams({ repository_url: repositorySpellings(repository).join(',') });
  if (flags.repository_app_path !== undefined) query.set('repository_app_path', flags.repository_app_path);
  const { results } = (await api.call('GET', `/application?${query}`)) as { results: FoundApplication[] };
  const [application, ...more] = results;
  if (!application) throw failure(`No application has the repository ${repositoryAddress(repository)}`);
  if (more.length === 0) return application;
  const paths = results.map(({ name, repository_app_path: path }) => `${name} (${path ?? 'no path'})`);
  throw failure(
    `Several applications have this repository: ${paths.join(', ')}. Say which by --repository_app_path`,
  );
}

/** The number of the application that the flags or the repository mean. */
export async function applicationId(api: Api, flags: FlagValues, source: SourceState): Promise<number> {
  const { application_id: given } = flags;
  if (given === undefined) return (await findApplication(api, flags, source)).id;
  if (!/^\d+$/.test(given)) throw wrongUsage(`--application_id is a number, not “${given}”`);
  return Number(given);
}
