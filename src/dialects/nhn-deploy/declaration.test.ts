import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminKey, startServer, type TestServer } from '../../../test/harness/server.ts';

/** The document of the guide, as it stands. */
const documented = `
principals:
  - name: dev@example.com
    admin: true
    password: change-me-now
    keys: [{ id: DEVKEY00000000000001, secret: devsecret0000001 }]
  - name: viewer@example.com
    keys: [{ id: VIEWKEY0000000000001, secret: viewsecret000001 }]
joinTokens:
  - { token: join-demo-0000000000000000, hosts: ["*"] }
nhnDeploy:
  projects:
    - name: demo
      appKey: r9Zd7vDEmWMfQb00
      members: { dev@example.com: ADMIN, viewer@example.com: VIEWER }
      artifacts:
        - id: 1
          name: shop-api
          type: server
          commandType: CLOUD_AGENT
          binaryGroups:
            - { key: 4, name: Default, default: true }
          serverGroups:
            - { id: 2, name: web, os: LINUX, shell: /bin/bash, servers: [s1, s2, s3] }
          scenarios:
            - id: 3
              name: release
              serverGroups: [2]
              tasks:
                - { type: binary-deploy, name: put the jar, group: 4, latest: true, targetDirectory: "~/apps", variableAs: app }
                - { type: user-command, name: start, timeoutMinutes: 5, command: "echo version $\${binary.app.version} on $(hostname)" }
        - id: 5
          name: shop-app
          type: client
          binaryGroups: [{ key: 6, name: Default, default: true }]
`;

const native = '/api/slipway/v1/nhn-deploy/projects/1';
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.close();
});

async function apply(document: unknown, options: { dryRun?: boolean; prune?: boolean } = {}) {
  return await server.server.management.applyDeclaration({ document, by: 'test', ...options });
}

/** What stands where the documented declaration differs from the given one. */
const projects = (...list: object[]) => ({ nhnDeploy: { projects: list } });
const demo = (fields: object) => ({ name: 'demo', ...fields });

/** The mistakes of a document, each `path: message`. */
async function mistakes(document: object): Promise<string[]> {
  try {
    await apply(document);
  } catch (error) {
    const { errors } = error as { errors: { path: string; message: string }[] };
    return errors.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('the section nhnDeploy', () => {
  it('takes the documented declaration, says what a dry run would do, and is done the second time', async () => {
    const wouldBe = await apply(documented, { dryRun: true });
    expect(wouldBe.filter(({ path }) => path.startsWith('nhnDeploy'))).toEqual(
      [
        'nhnDeploy/projects/demo',
        'nhnDeploy/projects/demo',
        'nhnDeploy/projects/demo/artifacts/shop-api',
        'nhnDeploy/projects/demo/artifacts/shop-api/serverGroups/web',
        'nhnDeploy/projects/demo/artifacts/shop-api/scenarios/release',
        'nhnDeploy/projects/demo/artifacts/shop-app',
      ].map((path) => expect.objectContaining({ path })),
    );
    expect((await server.call('/api/slipway/v1/nhn-deploy/projects', { key: adminKey })).json.items).toEqual(
      [],
    );
    expect(await apply(documented)).toEqual(wouldBe);
    expect(await apply(documented)).toEqual([]);
  });

  it('takes what its page in the docs shows', async () => {
    const page = await readFile(new URL('../../../docs/nhn-deploy.md', import.meta.url), 'utf8');
    const blocks = [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text);
    const whole = blocks.filter((text) => text.startsWith('nhnDeploy:'));
    // The other blocks show what stands inside an artifact, in its place.
    const artifact = documented.slice(0, documented.indexOf('          serverGroups:'));
    const parts = blocks.filter((text) => text.startsWith('          '));
    expect([whole.length, parts.length]).toEqual([1, 3]);
    for (const document of [...whole, artifact + parts.join('')]) await apply(document, { dryRun: true });
  });

  it('honours ids and keys', async () => {
    const { items } = (await server.call(`${native}/artifacts`, { key: adminKey })).json;
    expect(
      items.map(({ id, defaultBinaryGroup }: { id: number; defaultBinaryGroup: number }) => [
        id,
        defaultBinaryGroup,
      ]),
    ).toEqual([
      [5, 6],
      [1, 4],
    ]);
    await apply(projects(demo({ artifacts: [{ name: 'numbered', type: 'server' }] })));
    const after = (await server.call(`${native}/artifacts`, { key: adminKey })).json.items;
    expect(after[0]).toMatchObject({ id: 6, name: 'numbered', defaultBinaryGroup: 7 });
  });

  it('shows what changes field by field, and hides hook URLs', async () => {
    const artifact = {
      id: 1,
      name: 'shop-api',
      type: 'server',
      description: 'new',
      hookUrl: 'https://hooks.example/secret',
    };
    const changes = await apply(projects(demo({ artifacts: [artifact] })));
    expect(changes).toEqual([
      {
        action: 'update',
        path: 'nhnDeploy/projects/demo/artifacts/shop-api',
        fields: {
          description: { from: null, to: 'new' },
          hookUrl: { from: null, to: '(this one)' },
        },
      },
    ]);
    expect(await apply(projects(demo({ artifacts: [artifact] })))).toEqual([]);
    expect((await server.call(`${native}/artifacts/1`, { key: adminKey })).text).not.toContain('secret');
  });

  it('replaces members as a whole', async () => {
    const changes = await apply(projects(demo({ members: { 'viewer@example.com': 'ADMIN' } })));
    expect(changes[0]?.fields).toEqual({
      members: {
        from: { 'dev@example.com': 'ADMIN', 'viewer@example.com': 'VIEWER' },
        to: { 'viewer@example.com': 'ADMIN' },
      },
    });
  });

  it('tells all mistakes at once, each with its place, and changes nothing', async () => {
    const document = projects(
      demo({
        members: { 'nobody@example.com': 'ADMIN' },
        artifacts: [
          { id: 1, name: 'shop-api', type: 'client' },
          {
            id: 5,
            name: 'shop-app',
            type: 'client',
            binaryGroups: [
              { name: 'x', autoDelete: { maxCount: 1, minKeep: 2 } },
              { key: 4, name: 'y' },
            ],
          },
        ],
      }),
      { name: 'second', appKey: 'has-False-in-it' },
      { name: 'second' },
    );
    const path = 'nhnDeploy/projects/demo';
    expect(await mistakes(document)).toEqual([
      `${path}/members/nobody@example.com: there is no principal named nobody@example.com`,
      `${path}/artifacts/shop-api/type: is server and stays so`,
      `${path}/artifacts/shop-app/binaryGroups/x/autoDelete/minKeep: minKeep 2 is more than maxCount 1`,
      `${path}/artifacts/shop-app/binaryGroups/y: the id 4 is held by another object, or was once; no number is used twice, so give another one, or none`,
      'nhnDeploy/projects/second/appKey: an app key must not hold the text "false"',
      'nhnDeploy/projects/second: is declared twice',
    ]);
    expect(
      (await server.call('/api/slipway/v1/nhn-deploy/projects', { key: adminKey })).json.items,
    ).toHaveLength(1);
  });

  it('tells unknown server groups, wrong tasks and servers that are named twice together', async () => {
    const document = projects({
      name: 'fourth',
      artifacts: [
        {
          name: 'a',
          type: 'server',
          serverGroups: [{ name: 'web', os: 'LINUX', servers: ['x', 'x'] }],
          scenarios: [
            {
              name: 's',
              serverGroups: ['nowhere'],
              tasks: [
                { type: 'binary-deploy', name: 'put', group: 'none', latest: true, targetDirectory: '/srv' },
              ],
            },
          ],
        },
      ],
    });
    const path = 'nhnDeploy/projects/fourth/artifacts/a';
    expect(await mistakes(document)).toEqual([
      `${path}/serverGroups/web/servers/1: the group has "x" twice; names in a group differ`,
      `${path}/scenarios/s/tasks/0/group: the artifact has no binary group "none"`,
      `${path}/scenarios/s/serverGroups/0: the artifact has no server group "nowhere"`,
    ]);
  });

  it('refuses what is declared twice in one parent, by name or by id', async () => {
    const twice = (one: object, other: object) =>
      projects({
        name: 'third',
        artifacts: [
          { name: 'a', type: 'server', serverGroups: [{ name: 'web', os: 'LINUX', servers: [] }] },
          { name: 'a', type: 'server', ...one },
          { id: 801, name: 'b', type: 'server', binaryGroups: [{ name: 'dev' }, { name: 'dev', ...other }] },
          { id: 801, name: 'c', type: 'server' },
        ],
      });
    const path = 'nhnDeploy/projects/third/artifacts';
    expect(await mistakes(twice({}, {}))).toEqual([
      `${path}/a: is declared twice`,
      `${path}/b/binaryGroups/dev: is declared twice`,
      `${path}/c: is declared twice`,
    ]);
  });

  it('names the nearest known key for an unknown one', async () => {
    const [mistake] = await mistakes(projects(demo({ artifact: [] })));
    expect(mistake).toMatch(/^nhnDeploy\/projects\/0\/artifact: .*artifacts/);
  });

  it('removes with prune what it once made and does not name any more', async () => {
    const changes = await apply(
      projects(demo({ artifacts: [{ id: 1, name: 'shop-api', type: 'server' }] })),
      { prune: true },
    );
    expect(
      changes.map(
        ({ action, path }) => `${action} ${path.replace('nhnDeploy/projects/demo/artifacts/', '')}`,
      ),
    ).toEqual([
      'remove shop-api/scenarios/release',
      'remove shop-api/serverGroups/web',
      'remove shop-app',
      'remove numbered',
    ]);
    expect((await server.call(`${native}/artifacts`, { key: adminKey })).json.items).toHaveLength(1);
    await apply(projects(), { prune: true });
    const gone = await server.call(
      '/api/v1.0/projects/r9Zd7vDEmWMfQb00/artifacts/1/binary-group/4/binaries/1',
    );
    expect(gone.json.header.resultCode).toBe('ERROR_INVALID_APP_KEY');
  });
});
