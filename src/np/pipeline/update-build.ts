import type { Work } from '../job.ts';
import { findBuild } from './find-build.ts';
import { SourceState } from './source-state.ts';

/** `np build update --status successful`: answers the build's id and its new status. */
export const updateBuild: Work = async ({ api, flags, runtime }) => {
  const { status } = flags;
  const id = flags.id ?? (await findBuild(api, flags, new SourceState(flags, runtime))).id;
  await api.call('PATCH', `/build/${encodeURIComponent(id)}`, { status });
  return { answer: { id: Number(id), status } };
};
