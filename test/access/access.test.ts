import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouteEntry } from '../../src/http/index.ts';
import type { Role } from '../../src/identity/index.ts';
import { coreRoles } from '../../src/identity/index.ts';
import { adminKey, startServer, type TestServer } from '../harness/server.ts';

let appKey = 'r9Zd7vDEmWMfQb00';
const key = (name: string) => ({
  id: `${name.toUpperCase()}KEY0000000001`,
  secret: `${name}-secret-00000001`,
});
const principal = (name: string) => ({ name: `${name}@example.com`, keys: [key(name)] });

const image = { appKey: 'imgAppKey0000001', secretKey: 'imgSecret0000000000000000000001' };
const otherImage = { appKey: 'imgAppKey0000002', secretKey: 'imgSecret0000000000000000000002' };

const declaration = {
  principals: ['stranger', 'watcher', 'operator', 'manager', 'viewer', 'curator', 'revoked'].map(principal),
  nhnDeploy: {
    projects: [
      {
        name: 'demo',
        appKey,
        members: { 'manager@example.com': 'ADMIN', 'viewer@example.com': 'VIEWER' },
        artifacts: [{ id: 1, name: 'shop-api', type: 'server', commandType: 'CLOUD_AGENT' }],
      },
    ],
  },
  imageManager: {
    services: [
      { name: 'shop', ...image, members: { 'curator@example.com': 'ADMIN' } },
      { name: 'other', ...otherImage },
    ],
  },
};

let server: TestServer;
let project: string;
let service: string;
let nhnRoles: readonly Role[];

beforeAll(async () => {
  server = await startServer({ declaration });
  const { identity, storage } = server.server.parts;
  for (const [name, role] of [
    ['watcher', 'core:VIEWER'],
    ['operator', 'core:OPERATOR'],
  ] as const) {
    const found = await identity.find(`${name}@example.com`);
    await storage.write((unit) => identity.grant(unit, { principalId: found?.id ?? 0, role, resource: '/' }));
  }
  await storage.write((unit) => identity.revokeKey(unit, key('revoked').id));
  const grants = await identity.grants();
  const lastOf = (role: string) =>
    grants
      .find((grant) => grant.role === role)
      ?.resource.split('/')
      .at(-1) ?? '';
  project = lastOf('nhn-deploy:ADMIN');
  service = lastOf('nhn-image-manager:ADMIN');
  nhnRoles = [
    {
      name: 'nhn-deploy:ADMIN',
      permissions: ['read', 'upload', 'run', 'manage'].map((verb) => `nhn-deploy.${verb}`),
    },
    { name: 'nhn-deploy:VIEWER', permissions: ['nhn-deploy.read'] },
    {
      name: 'nhn-image-manager:ADMIN',
      permissions: ['read', 'use', 'manage'].map((verb) => `nhn-image-manager.${verb}`),
    },
  ];
});

afterAll(() => server.close());

const routes = () => server.server.app.routeTable;
const isNative = ({ url }: RouteEntry) => url.startsWith('/api/slipway/');
const isVendor = ({ url }: RouteEntry) => /^\/api\/v\d/.test(url);
const basic = ({ id, secret }: { id: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const vendorKey = ({ id, secret }: { id: string; secret: string }) => ({
  'x-tc-authentication-id': id,
  'x-tc-authentication-secret': secret,
});

/** Ids of things that are not there, below the project and the service that are: nothing that is allowed changes anything. */
function pathOf({ url }: RouteEntry): string {
  return url.replace(
    /:([A-Za-z0-9]+)(\([^)]*\))?/g,
    (_match, name: string) =>
      ({ project, service, appKey: url.startsWith('/image/') ? image.appKey : appKey })[name] ?? '987654',
  );
}

let callers = 0;
function call(route: RouteEntry, headers: Record<string, string>): Promise<LightMyRequestResponse> {
  // Every call from an address of its own: what is tried here must not meet the throttle for failures.
  callers++;
  return server.server.app.inject({
    method: route.method as 'GET',
    url: pathOf(route),
    headers,
    remoteAddress: `10.${callers >> 16}.${(callers >> 8) & 255}.${callers & 255}`,
  });
}

async function each(
  entries: readonly RouteEntry[],
  judge: (route: RouteEntry) => Promise<string | undefined>,
): Promise<void> {
  expect(entries.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for (const route of entries) {
    const found = await judge(route);
    if (found !== undefined) wrong.push(`${route.method} ${route.url}: ${found}`);
  }
  expect(wrong).toEqual([]);
}

describe('every route of the native API', () => {
  const guarded = () => routes().filter((route) => isNative(route) && route.permission !== undefined);

  test.each([
    ['nothing', () => ({})],
    ['an unknown key', () => basic({ id: 'NOKEY000000000000001', secret: 'nosecret00000001' })],
    ['a key without a secret', () => basic({ id: 'NOKEY000000000000001', secret: '' })],
    ['a Basic header that is none', () => ({ authorization: 'Basic !!!' })],
    ['a Bearer header', () => ({ authorization: `Bearer ${'x'.repeat(128)}` })],
    ['a forged session', () => ({ cookie: 'slipway_session=forged; session=forged; __Host-session=forged' })],
    ["the original's headers", () => vendorKey(adminKey)],
  ])('refuses %s', async (_what, headers) => {
    await each(guarded(), async (route) => {
      const { statusCode, body } = await call(route, headers());
      return statusCode === 401 && body.includes('"unauthenticated"') ? undefined : `${statusCode} ${body}`;
    });
  });

  test('refuses a wrong secret and a revoked key', async () => {
    const [route] = guarded();
    const { id } = adminKey;
    for (const wrong of [{ id, secret: 'adminsecret00002' }, { id, secret: '' }, key('revoked')]) {
      expect((await call(route as RouteEntry, basic(wrong))).statusCode).toBe(401);
    }
  });

  test.each([
    ['stranger', undefined, '/'],
    ['watcher', 'core:VIEWER', '/'],
    ['operator', 'core:OPERATOR', '/'],
    ['manager', 'nhn-deploy:ADMIN', '/projects/:project'],
    ['viewer', 'nhn-deploy:VIEWER', '/projects/:project'],
    ['curator', 'nhn-image-manager:ADMIN', '/services/:service'],
  ])('lets the %s do what the role says and nothing else', async (name, roleName, place) => {
    const role = [...coreRoles, ...nhnRoles].find((candidate) => candidate.name === roleName);
    await each(guarded(), async (route) => {
      const has = role?.permissions.includes(route.permission ?? '') ?? false;
      const covers = place === '/' || route.url.includes(place);
      const { statusCode, body } = await call(route, basic(key(name)));
      if (statusCode >= 500 || statusCode === 401) return `${statusCode} ${body}`;
      if (route.checkedBy === 'handler') {
        // Own things and filtered lists; of what is not there nobody learns more than that.
        const isHarmless =
          route.method === 'GET' || [400, 403, 404].includes(statusCode) || route.permission === 'self';
        return isHarmless ? undefined : `${statusCode} ${body}`;
      }
      const isAllowed = has && covers;
      return (statusCode === 403) === !isAllowed
        ? undefined
        : `${statusCode}, expected ${isAllowed ? 'no ' : ''}403`;
    });
  });

  test('lets an admin do everything', async () => {
    await each(
      guarded().filter(({ permission, method }) => !(permission === 'self' && method === 'DELETE')),
      async (route) => {
        const { statusCode, body } = await call(route, basic(adminKey));
        return [401, 403].includes(statusCode) || statusCode >= 500 ? `${statusCode} ${body}` : undefined;
      },
    );
  });
});

describe('every route of nhn-deploy that needs a credential', () => {
  const guarded = () =>
    routes().filter((route) => isVendor(route) && route.permission !== undefined && route.method !== 'HEAD');

  // What was allowed above has replaced it.
  beforeAll(async () => {
    const answer = await server.call(`/api/slipway/v1/nhn-deploy/projects/${project}`, { key: adminKey });
    appKey = answer.json.appKey;
  });

  const codeOf = (answer: LightMyRequestResponse) => answer.json().header.resultCode as string;
  const isToken = ({ url }: RouteEntry) => url.startsWith('/api/v2.1/');

  test('refuses nothing, an unknown key and an unknown token, in the words of the original', async () => {
    const unknown = { id: 'NOKEY000000000000001', secret: 'nosecret00000001' };
    const tries: [Record<string, string>, string][] = [
      [{}, 'ERROR_NO_AUTHENTICATION_ID'],
      [{ 'x-tc-authentication-id': 'x' }, 'ERROR_NO_AUTHENTICATION_SECRET'],
      [vendorKey(unknown), 'ERROR_FAILED_UUID_API'],
      [vendorKey(key('revoked')), 'ERROR_FAILED_UUID_API'],
    ];
    for (const [headers, code] of tries) {
      await each(guarded(), async (route) => {
        const answer = await call(route, headers);
        const expected = isToken(route) ? [401, 'ERROR_FAILED_UUID_API'] : [200, code];
        const found = [answer.statusCode, codeOf(answer)];
        return String(found) === String(expected) && answer.json().body === null
          ? undefined
          : `${found}, expected ${expected}`;
      });
    }
    const bearer = { 'x-nhn-authorization': `Bearer ${'x'.repeat(128)}` };
    await each(guarded().filter(isToken), async (route) => {
      const answer = await call(route, bearer);
      return answer.statusCode === 401 ? undefined : String(answer.statusCode);
    });
  });

  test.each(['stranger', 'watcher', 'manager', 'viewer'])(
    'lets the %s do what the role says',
    async (name) => {
      const role = { manager: nhnRoles[0], viewer: nhnRoles[1] }[name];
      const { token } = await server.server.parts.identity.issueToken(key(name).id);
      await each(guarded(), async (route) => {
        const answer = await call(
          route,
          isToken(route) ? { authorization: `Bearer ${token}` } : vendorKey(key(name)),
        );
        const isDenied = codeOf(answer) === 'PERMISSION_DENIED';
        const isAllowed = role?.permissions.includes(route.permission ?? '') ?? false;
        if (isDenied && answer.statusCode !== (isToken(route) ? 403 : 200))
          return `denied with ${answer.statusCode}`;
        return isDenied === !isAllowed ? undefined : `${answer.statusCode} ${codeOf(answer)}`;
      });
    },
  );
});

describe('every route of nhn-image-manager', () => {
  const ofVersion = (version: string) =>
    routes().filter(({ url, method }) => url.startsWith(`/image/${version}/appkeys/`) && method !== 'HEAD');
  /** The result code of an answer in the original's envelope, which comes with status 200 whatever it says. */
  const judged = (headers: Record<string, string>, expected: number) => async (route: RouteEntry) => {
    const answer = await call(route, headers);
    const found = `${answer.statusCode} ${answer.json().header?.resultCode}`;
    return found === `200 ${expected}` ? undefined : `${found}, expected 200 ${expected}`;
  };

  test('refuses callers without the secret key of the service, in v2.0', async () => {
    await each(ofVersion('v2.0'), judged({}, 401));
    for (const authorization of [
      'wrong',
      otherImage.secretKey,
      `Bearer ${image.secretKey}`,
      adminKey.secret,
    ]) {
      await each(ofVersion('v2.0'), judged({ authorization }, 30_004));
    }
    // A token is worth nothing there, and a session neither.
    const { token } = await server.server.parts.identity.issueToken(key('curator').id);
    await each(ofVersion('v2.0'), judged({ 'x-nhn-authorization': `Bearer ${token}` }, 401));
  });

  test('refuses callers without a token, in v3.0', async () => {
    const unknown = { 'x-nhn-authorization': `Bearer ${'x'.repeat(128)}` };
    for (const headers of [{}, unknown, { authorization: image.secretKey }, basic(adminKey)]) {
      await each(ofVersion('v3.0'), judged(headers, 401));
    }
  });

  test.each(['stranger', 'watcher', 'operator', 'manager'])(
    'is nothing for the %s, in v3.0',
    async (name) => {
      const { token } = await server.server.parts.identity.issueToken(key(name).id);
      await each(ofVersion('v3.0'), judged({ 'x-nhn-authorization': `Bearer ${token}` }, 403));
    },
  );

  test('is there for a member of the service, and of no other, in v3.0', async () => {
    const { token } = await server.server.parts.identity.issueToken(key('curator').id);
    const headers = { 'x-nhn-authorization': `Bearer ${token}` };
    await each(ofVersion('v3.0'), async (route) => {
      const { header } = (await call(route, headers)).json();
      return [401, 403, 30_004, -1].includes(header.resultCode) ? String(header.resultCode) : undefined;
    });
    const own = image.appKey;
    image.appKey = otherImage.appKey;
    try {
      await each(ofVersion('v3.0'), judged(headers, 403));
    } finally {
      image.appKey = own;
    }
  });
});
