import type { Operation, Version } from './operation.ts';
import { downloadBinary, downloadManifest } from './operations/download-binary.ts';
import { listArtifacts } from './operations/list-artifacts.ts';
import { listBinaries } from './operations/list-binaries.ts';
import { listBinaryGroups } from './operations/list-binary-groups.ts';
import { listDeployments } from './operations/list-deployments.ts';
import { listMappedScenarios } from './operations/list-mapped-scenarios.ts';
import { listServerGroups } from './operations/list-server-groups.ts';
import { replaceScenario } from './operations/replace-scenario.ts';
import { runNamedScenario } from './operations/run-named-scenario.ts';
import { runScenario } from './operations/run-scenario.ts';
import { searchScenarios } from './operations/search-scenarios.ts';
import { uploadBinary } from './operations/upload-binary.ts';
import { uploadBinaryPrevious } from './operations/upload-binary-previous.ts';

/** Who may call (contract nhn-deploy 2.1): an app key in the path is all that v1.0 uploads and downloads need. */
const appKey = { version: 'v1.0', credential: 'app-key' } as const;
const keyed = (version: Version) => ({ version, credential: 'access-key' }) as const;
const bearer = { version: 'v2.1', credential: 'token' } as const;

const reads = { permission: 'nhn-deploy.read', answers: 'envelope' } as const;
const runs = { permission: 'nhn-deploy.run', answers: 'envelope' } as const;
const manages = { permission: 'nhn-deploy.manage', answers: 'envelope' } as const;

/** A path in the tree of a project; `below` starts after the artifact id. */
const inArtifact = (version: Version, below: string) =>
  `/api/${version}/projects/{appKey}/artifacts/{artifactId}/${below}`;
const binaryGroup = 'binary-group/{binaryGroupKey}';
const binary = `${binaryGroup}/binaries/{binaryKey}`;
const serverGroup = 'server-group/{serverGroupId}';

/**
 * Every operation of the original, sorted by letter and version (contract nhn-deploy 3.1). The routes are registered
 * from it and the table in docs/nhn-deploy.md is generated from it.
 */
export const operations: readonly Operation[] = [
  {
    letter: 'A',
    method: 'POST',
    path: inArtifact('v1.0', binaryGroup),
    purpose: 'upload a binary',
    section: '3.3',
    ...appKey,
    answers: 'envelope',
    handle: uploadBinary,
  },
  {
    letter: 'B',
    version: 'previous',
    method: 'POST',
    path: '/api/binary/upload/artifact/{artifactId}',
    purpose: 'upload a binary, previous version',
    section: '3.4',
    credential: 'none',
    answers: 'previous',
    handleUnadmitted: uploadBinaryPrevious,
  },
  {
    letter: 'C',
    method: 'POST',
    path: inArtifact('v1.0', `${serverGroup}/scenario/{scenarioId}/deploy`),
    purpose: 'run a scenario',
    section: '3.5',
    ...keyed('v1.0'),
    ...runs,
    handle: runScenario,
  },
  {
    letter: 'C',
    method: 'POST',
    path: inArtifact('v1.0', `${serverGroup}/deploy`),
    purpose: 'run a scenario named in the body',
    section: '3.1',
    ...keyed('v1.0'),
    ...runs,
    handle: runNamedScenario,
  },
  {
    letter: 'D',
    method: 'GET',
    path: inArtifact('v1.0', binary),
    purpose: 'download a binary',
    section: '3.7',
    ...appKey,
    answers: 'download',
    handle: downloadBinary,
  },
  {
    letter: 'D',
    method: 'GET',
    path: inArtifact('v1.0', `${binary}/meta`),
    purpose: 'download the manifest of an iOS binary',
    section: '3.7',
    ...appKey,
    answers: 'download',
    handle: downloadManifest,
  },
  vendorCall('POST', '/oauth2/token/create', 'create a bearer token'),
  vendorCall('POST', '/oauth2/token/revoke', 'revoke a bearer token'),
  vendorCall('GET', '/oauth2/jwks', 'keys of signed tokens: none, tokens are opaque'),
  {
    letter: 'F',
    method: 'POST',
    path: inArtifact('v2.0', `${serverGroup}/deploy`),
    purpose: 'run a scenario named in the body',
    section: '3.6',
    ...keyed('v2.0'),
    ...runs,
    handle: runNamedScenario,
  },
  {
    letter: 'F',
    method: 'POST',
    path: inArtifact('v2.1', `${serverGroup}/deploy`),
    purpose: 'run a scenario named in the body',
    section: '3.6',
    ...bearer,
    ...runs,
    handle: runNamedScenario,
  },
  {
    letter: 'G',
    method: 'POST',
    path: inArtifact('v2.1', binaryGroup),
    purpose: 'upload a binary',
    section: '3.3',
    ...bearer,
    permission: 'nhn-deploy.upload',
    answers: 'envelope',
    handle: uploadBinary,
  },
  {
    letter: 'H',
    method: 'GET',
    path: inArtifact('v2.1', binary),
    purpose: 'download a binary',
    section: '3.7',
    ...bearer,
    permission: 'nhn-deploy.read',
    answers: 'download',
    handle: downloadBinary,
  },
  {
    letter: 'H',
    method: 'GET',
    path: inArtifact('v2.1', `${binary}/meta`),
    purpose: 'download the manifest of an iOS binary',
    section: '3.7',
    ...bearer,
    permission: 'nhn-deploy.read',
    answers: 'download',
    handle: downloadManifest,
  },
  ...listed('I', 'artifacts', (version) => `/api/${version}/projects/{appKey}/artifacts`, listArtifacts),
  ...listed('J', 'server groups', (version) => inArtifact(version, 'server-groups'), listServerGroups),
  ...listed('K', 'binary groups', (version) => inArtifact(version, 'binary-groups'), listBinaryGroups),
  ...listed(
    'L',
    'binaries',
    (version) => inArtifact(version, 'binary-groups/{binaryGroupKey}/binaries'),
    listBinaries,
  ),
  ...listed('M', 'deployments', (version) => inArtifact(version, 'deploy-histories'), listDeployments),
  {
    letter: 'N',
    method: 'GET',
    path: inArtifact('v2.1', 'server-groups/{serverGroupId}/scenarios'),
    purpose: 'list the scenarios of a server group',
    section: '3.8',
    ...bearer,
    ...reads,
    handle: listMappedScenarios,
  },
  {
    letter: 'O',
    method: 'GET',
    path: inArtifact('v1.0', `${serverGroup}/scenario`),
    purpose: 'search scenarios',
    section: '3.10',
    version: 'v1.0',
    credential: 'either',
    ...reads,
    handle: searchScenarios,
  },
  {
    letter: 'O',
    method: 'POST',
    path: inArtifact('v1.0', `${serverGroup}/scenario/{scenarioId}`),
    purpose: 'replace a scenario',
    section: '3.10',
    version: 'v1.0',
    credential: 'either',
    ...manages,
    handle: replaceScenario,
  },
];

/** A list, which v2.0 serves with keys and v2.1 with tokens. */
function listed(
  letter: string,
  what: string,
  path: (version: Version) => string,
  handle?: Operation['handle'],
): Operation[] {
  return [keyed('v2.0'), bearer].map((caller) => ({
    letter,
    method: 'GET',
    path: path(caller.version),
    purpose: `list ${what}`,
    section: '3.8',
    ...caller,
    ...reads,
    ...(handle ? { handle } : {}),
  }));
}

/** A call that `src/vendors/nhn-cloud` serves for all dialects of the vendor. */
function vendorCall(method: Operation['method'], path: string, purpose: string): Operation {
  return {
    letter: 'E',
    version: 'v2.1',
    method,
    path,
    purpose,
    section: '2.4',
    credential: 'none',
    answers: 'envelope',
    instead: 'yes, for all dialects of NHN Cloud',
  };
}
