import type { Logger } from 'pino';
import type { Clock } from '../../../src/storage/index.ts';
import { type Answer, type CallOptions, startServer, type TestServer } from '../../harness/server.ts';

/** The keys of the installation: an ADMIN and a VIEWER of the project, and somebody who is in no project. */
export const keys = {
  admin: { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' },
  viewer: { id: 'VIEWKEY0000000000001', secret: 'viewsecret000001' },
  stranger: { id: 'STRANGER000000000001', secret: 'strangesecret001' },
} as const;

/** The app key of the project, and of another one that has the artifact 7. */
export const appKey = 'r9Zd7vDEmWMfQb00';
export const otherAppKey = 'OtherProject0001';

/** The setup that the conformance list assumes (contract nhn-deploy 7), as far as binaries go. */
export const declaration = {
  principals: [
    { name: 'dev@example.com', keys: [keys.admin] },
    { name: 'viewer@example.com', keys: [keys.viewer] },
    { name: 'stranger@example.com', keys: [keys.stranger] },
  ],
  nhnDeploy: {
    projects: [
      {
        name: 'demo',
        appKey,
        members: { 'dev@example.com': 'ADMIN', 'viewer@example.com': 'VIEWER' },
        artifacts: [
          {
            id: 1,
            name: 'shop-api',
            type: 'server',
            commandType: 'CLOUD_AGENT',
            binaryGroups: [
              { key: 4, name: 'Default', default: true },
              { key: 8, name: 'staging' },
            ],
          },
          {
            id: 5,
            name: 'shop-app',
            type: 'client',
            binaryGroups: [{ key: 6, name: 'Default', default: true }],
          },
        ],
      },
      { name: 'other', appKey: otherAppKey, artifacts: [{ id: 7, name: 'theirs', type: 'server' }] },
    ],
  },
};

/** A server with that setup. */
export async function startInstallation(
  options: {
    clock?: Clock;
    log?: Logger;
    uploadLimitBytes?: number;
    databaseUrl?: string;
    outboundAllow?: string[];
  } = {},
): Promise<TestServer> {
  const { clock, log, uploadLimitBytes, databaseUrl, outboundAllow } = options;
  return await startServer({
    declaration,
    ...(clock ? { clock } : {}),
    ...(log ? { log } : {}),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    settings: {
      ...(uploadLimitBytes === undefined ? {} : { uploadLimitBytes }),
      ...(outboundAllow === undefined ? {} : { outboundAllow }),
    },
  });
}

/** The parts of an upload in the order in which they are sent: texts, or files with a name. */
export type Parts = readonly (
  | readonly [name: string, text: string]
  | readonly [name: string, bytes: string, fileName: string]
)[];

/** A multipart body of these parts. */
export function form(parts: Parts): FormData {
  const data = new FormData();
  for (const [name, content, fileName] of parts) {
    if (fileName === undefined) data.append(name, content);
    else data.append(name, new Blob([content]), fileName);
  }
  return data;
}

/** The parts of a plain upload to a server artifact, file first as in the guide's sample. */
export function serverUpload(fields: Readonly<Record<string, string>> = {}): Parts {
  return [
    ['binaryFile', 'the bytes of the jar', 'ojdbc14.jar'],
    ['applicationType', 'server'],
    ...Object.entries(fields),
  ];
}

/** The parts of an upload to a client artifact. */
export function clientUpload(fileName: string, fields: Readonly<Record<string, string>> = {}): Parts {
  return [
    ['binaryFile', `bytes of ${fileName}`, fileName],
    ['applicationType', 'client'],
    ...Object.entries(fields),
  ];
}

/** The path of operation A. */
export function uploadPath({ artifact = '1', group = '4', key = appKey, version = 'v1.0' } = {}): string {
  return `/api/${version}/projects/${key}/artifacts/${artifact}/binary-group/${group}`;
}

/** Uploads by operation A without any header. */
export async function upload(server: TestServer, parts: Parts, path = uploadPath()): Promise<Answer> {
  return await server.call(path, { method: 'POST', body: form(parts) });
}

/** A call with the X-TC headers of a key. */
export function withKey(key: { id: string; secret: string }): CallOptions {
  return { headers: { 'X-TC-AUTHENTICATION-ID': key.id, 'X-TC-AUTHENTICATION-SECRET': key.secret } };
}

/** A bearer token of a key, by the vendor's own call. */
export async function tokenOf(
  server: TestServer,
  key: { id: string; secret: string } = keys.admin,
): Promise<string> {
  const answer = await server.call('/oauth2/token/create', {
    method: 'POST',
    key,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  return String(answer.json.access_token);
}

/** The binaries that operation L lists. */
export async function listed(
  server: TestServer,
  { artifact = '1', group = '4', query = '' } = {},
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by reading it
): Promise<{ totalCount: number; binaries: any[] }> {
  const path = `/api/v2.0/projects/${appKey}/artifacts/${artifact}/binary-groups/${group}/binaries${query}`;
  return (await server.call(path, withKey(keys.admin))).json.body;
}
