import type { Work } from '../job.ts';
import { findApplication } from './find-application.ts';
import { SourceState } from './source-state.ts';

/** `np application current` */
export const currentApplication: Work = async ({ api, flags, runtime }) => ({
  answer: await findApplication(api, flags, new SourceState(flags, runtime)),
});
