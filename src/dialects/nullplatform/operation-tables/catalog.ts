import type { Operation } from '../operation.ts';
import { createAssetOperation, createAssetUrl, listAssets, readAsset } from '../operations/assets.ts';
import { createBuildOperation, listBuilds, readBuild, updateBuild } from '../operations/builds.ts';
import {
  createReleaseOperation,
  listReleases,
  readRelease,
  updateReleaseOperation,
} from '../operations/releases.ts';
import {
  createScopeOperation,
  deleteScope,
  listScopes,
  readScope,
  updateScopeOperation,
} from '../operations/scopes.ts';

const read = 'nullplatform.read';
const scope = 'nullplatform.scope.write';
const build = 'nullplatform.build.write';
const release = 'nullplatform.release.write';

/** Builds, what they are made into, and scopes (contract nullplatform 3.6 to 3.10). */
export const catalogOperations: readonly Operation[] = [
  {
    section: '3.6',
    method: 'POST',
    path: '/release',
    purpose: 'make a release from a build',
    permission: release,
    handle: createReleaseOperation,
  },
  {
    section: '3.7',
    method: 'GET',
    path: '/release',
    purpose: 'list the releases of applications',
    permission: read,
    handle: listReleases,
  },
  {
    section: '3.7',
    method: 'GET',
    path: '/release/:id',
    purpose: 'read one release',
    permission: read,
    handle: readRelease,
  },
  {
    section: '3.7',
    method: 'PUT',
    path: '/release/:id',
    purpose: 'change the status of a release',
    permission: release,
    handle: updateReleaseOperation,
  },
  {
    section: '3.7',
    method: 'PATCH',
    path: '/release/:id',
    purpose: 'change the status of a release',
    permission: release,
    handle: updateReleaseOperation,
  },
  {
    section: '3.8',
    method: 'GET',
    path: '/build',
    purpose: 'list the builds of applications',
    permission: read,
    handle: listBuilds,
  },
  {
    section: '3.8',
    method: 'GET',
    path: '/build/:id',
    purpose: 'read one build',
    permission: read,
    handle: readBuild,
  },
  {
    section: '3.9',
    method: 'POST',
    path: '/build',
    purpose: 'register a run of CI',
    permission: build,
    handle: createBuildOperation,
  },
  {
    section: '3.9',
    method: 'PATCH',
    path: '/build/:id',
    purpose: 'move a build on',
    permission: build,
    handle: updateBuild,
  },
  {
    section: '3.10',
    method: 'POST',
    path: '/scope',
    purpose: 'make a scope',
    permission: scope,
    handle: createScopeOperation,
  },
  {
    section: '3.10',
    method: 'GET',
    path: '/scope',
    purpose: 'list the scopes of applications',
    permission: read,
    handle: listScopes,
  },
  {
    section: '3.10',
    method: 'GET',
    path: '/scope/:id',
    purpose: 'read one scope',
    permission: read,
    handle: readScope,
  },
  {
    section: '3.10',
    method: 'PATCH',
    path: '/scope/:id',
    purpose: 'change, stop or empty a scope',
    permission: 'nullplatform.scope.patch',
    handle: updateScopeOperation,
  },
  {
    section: '3.10',
    method: 'DELETE',
    path: '/scope/:id',
    purpose: 'delete a scope',
    permission: scope,
    handle: deleteScope,
  },
  {
    section: '3.9',
    method: 'POST',
    path: '/build/:id/asset_url',
    purpose: 'an address that takes the bytes of an asset',
    permission: build,
    handle: createAssetUrl,
  },
  {
    section: '3.9',
    method: 'POST',
    path: '/asset',
    purpose: 'register an asset of a build',
    permission: build,
    handle: createAssetOperation,
  },
  {
    section: '3.9',
    method: 'GET',
    path: '/asset',
    purpose: 'list the assets of builds',
    permission: read,
    handle: listAssets,
  },
  {
    section: '3.9',
    method: 'GET',
    path: '/asset/:id',
    purpose: 'read one asset',
    permission: read,
    handle: readAsset,
  },
];
