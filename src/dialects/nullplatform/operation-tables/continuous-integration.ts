import type { Operation } from '../operation.ts';
import { createAssetForPipelines } from '../operations/assets.ts';
import { createBuildOperation, updateBuildForPipelines } from '../operations/builds.ts';
import { buildParameters, findApplications } from '../operations/pipelines.ts';

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
  {
    section: '6.2',
    method: 'GET',
    path: '/ci/application',
    purpose: 'find applications by repository',
    permission: 'nullplatform.read',
    handle: findApplications,
  },
  {
    section: '6.2',
    method: 'GET',
    path: '/ci/application/:id/parameter',
    purpose: 'parameters of builds',
    permission: 'nullplatform.read',
    handle: buildParameters,
  },
  {
    section: '6.2',
    method: 'POST',
    path: '/ci/build/:id/asset',
    purpose: 'register an asset, and learn where to push it',
    permission: build,
    handle: createAssetForPipelines,
  },
];
