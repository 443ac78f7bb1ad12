import type { Work } from '../job.ts';
import { applicationId } from './find-application.ts';
import { commitPermalink } from './repository-url.ts';
import { SourceState } from './source-state.ts';

/** `np build start`: a build in progress, of what is checked out here. */
export const startBuild: Work = async ({ api, flags, runtime }) => {
  const source = new SourceState(flags, runtime);
  const application_id = await applicationId(api, flags, source);
  const id = await source.commitId();
  const repository = await source.knownRepository();
  const permalink =
    flags['commit.permalink'] ?? (repository === undefined ? undefined : commitPermalink(repository, id));
  const branch = await source.branch();
  const description = await source.description();
  const build = {
    application_id,
    commit: { id, permalink },
    branch,
    description,
    status: 'in_progress',
  };
  return { answer: await api.call('POST', '/build', build) };
};
