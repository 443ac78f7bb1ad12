import { type Answer, type CallOptions, startServer, type TestServer } from '../../harness/server.ts';

/** A key of the tests' declaration: its text, and what stands in it. */
function key(id: number, name: string): string {
  return `${Buffer.from(String(id)).toString('base64')}.${Buffer.from(`${name}-secret-0001`).toString('base64')}`;
}

/** The keys that the declaration below gives out, by role. */
export const keys = {
  admin: 'MTI4ODQwNDE1Mg==.YWRtaW5hZG1pbmFkbWluYWRtaW4=',
  ci: 'MTI4ODQwNDE1Mw==.Y2ljaWNpY2ljaWNpY2ljaWNpY2k=',
  developer: key(1001, 'developer'),
  member: key(1002, 'member'),
  ops: key(1003, 'ops'),
  secops: key(1004, 'secops'),
  agent: key(1005, 'agent'),
  /** A developer of the application 4 only. */
  storefront: key(1006, 'storefront'),
  /** The admin of another organization. */
  stranger: key(1007, 'stranger'),
} as const;

/** Whose key a test calls with. */
export type KeyName = keyof typeof keys;

/** The issue's declaration as it stands, with more keys, a second application and a second organization. */
export const declaration = {
  nullplatform: {
    organization: { id: 1, name: 'acme' },
    apiKeys: [
      { name: 'admin', key: keys.admin, grants: [{ nrn: 'organization=1', role: 'admin' }] },
      { name: 'ci', key: keys.ci, grants: [{ nrn: 'organization=1', role: 'machine:ci' }] },
      { name: 'developer', key: keys.developer, grants: [{ nrn: 'organization=1', role: 'developer' }] },
      { name: 'member', key: keys.member, grants: [{ nrn: 'organization=1', role: 'member' }] },
      { name: 'ops', key: keys.ops, grants: [{ nrn: 'organization=1', role: 'ops' }] },
      { name: 'secops', key: keys.secops, grants: [{ nrn: 'organization=1', role: 'secops' }] },
      { name: 'agent', key: keys.agent, grants: [{ nrn: 'organization=1', role: 'controlplane:agent' }] },
      {
        name: 'storefront',
        key: keys.storefront,
        grants: [
          { nrn: 'organization=1:account=2:namespace=3:application=4', role: 'application:developer' },
        ],
      },
    ],
    accounts: [
      {
        id: 2,
        name: 'shop',
        namespaces: [
          {
            id: 3,
            name: 'web',
            applications: [
              {
                id: 4,
                name: 'storefront',
                repositoryUrl: 'https://git.example.com/acme/storefront',
                scopes: [
                  {
                    id: 5,
                    name: 'production',
                    type: 'web_pool',
                    hosts: ['s1', 's2'],
                    dimensions: { environment: 'production' },
                    capabilities: {
                      health_check: {
                        path: '/health',
                        initial_delay_seconds: 0,
                        period_seconds: 2,
                        timeout_seconds: 1,
                      },
                      scaling_type: 'fixed',
                      fixed_instances: 2,
                    },
                  },
                ],
              },
              { id: 6, name: 'backoffice', repositoryUrl: 'https://git.example.com/acme/backoffice' },
            ],
          },
        ],
      },
    ],
    organizations: [
      {
        id: 100,
        name: 'globex',
        apiKeys: [
          { name: 'stranger', key: keys.stranger, grants: [{ nrn: 'organization=100', role: 'admin' }] },
        ],
      },
    ],
  },
} as const;

/** A server with the declaration, and calls of its API with the token of one of the keys. */
export interface NullplatformServer extends TestServer {
  /** Calls with a token of the key; default the admin's. */
  api(path: string, options?: CallOptions & { as?: KeyName }): Promise<Answer>;
  /** A token of the key, made once. */
  token(name: KeyName): Promise<string>;
}

/** Starts a server with the declaration. */
export async function startNullplatform(
  options: Parameters<typeof startServer>[0] = {},
): Promise<NullplatformServer> {
  const server = await startServer({ declaration, ...options });
  const tokens = new Map<KeyName, Promise<string>>();
  const token = (name: KeyName) => {
    const known = tokens.get(name);
    if (known) return known;
    const made = server
      .call('/token', { json: { api_key: keys[name] } })
      .then(({ json }) => json.access_token as string);
    tokens.set(name, made);
    return made;
  };
  return Object.assign(server, {
    token,
    async api(path: string, { as = 'admin', ...call }: CallOptions & { as?: KeyName } = {}) {
      const headers = { authorization: `Bearer ${await token(as)}`, ...call.headers };
      return await server.call(path, { ...call, headers });
    },
  });
}

/** A build that was registered and succeeded, with one asset; answers their ids. */
export async function successfulBuild(
  server: NullplatformServer,
  applicationId: number,
  { branch = 'main', commit = 'c0ffee', asset = 'main' } = {},
): Promise<{ buildId: number; assetId: number }> {
  const build = await server.api('/build', {
    json: { application_id: applicationId, commit: { id: commit }, branch },
  });
  const made = await server.api('/asset', {
    json: {
      build_id: build.json.id,
      name: asset,
      type: 'bundle',
      url: 'https://bundles.example.com/app.tar.gz',
    },
  });
  await server.api(`/build/${build.json.id}`, { method: 'PATCH', json: { status: 'successful' } });
  return { buildId: build.json.id, assetId: made.json?.id };
}
