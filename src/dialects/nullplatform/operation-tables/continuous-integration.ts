import type { Operation } from '../operation.ts';
import { createBuildOperation, updateBuildForPipelines } from '../operations/builds.ts';

const build = 'nullplatform.build.write';

/** What pipelines call, below a base of its own (contract nullplatform 6.2). */
export const continuousIntegrationOperations: readonly Operation[] = [
  {
    section: '6.2',
    method: 'POST',
    path: '/ci/build',
    purpose: 'register a run of CI',
    permission: build,
    handle: createBuildOperation,
  },
  {
    section: '6.2',
    method: 'PATCH',
    path: '/ci/build/:id',
    purpose: 'move a build on',
    permission: build,
    handle: updateBuildForPipelines,
  },
];
