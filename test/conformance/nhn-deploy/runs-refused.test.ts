import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyCharacter } from '../../harness/any-character.ts';
import { tokenOf } from './binaries-setup.ts';
import {
  appKey,
  histories,
  type Installation,
  keys,
  run,
  runPath,
  scenario,
  startInstallation,
  upload,
  xtc,
} from './runs-setup.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation([]);
});
afterAll(async () => {
  await installation.close();
});

const failed = (resultCode: string, resultMessage: string) => ({
  header: { isSuccessful: false, serverTime: expect.any(Number), resultCode, resultMessage },
  body: null,
});
const badRequest = failed('BAD_REQUEST', 'The request is malformed or incorrect.');
const noScenario = failed('NOT_FOUND_SCENARIO', 'The scenario could not be found');
const noGroup = failed('NOT_FOUND_SERVER_GROUP', 'The server group could not be found');
const noArtifact = failed('NOT_FOUND_ARTIFACT_INFO', 'The artifact info could not be found');
const cannotRun = failed('FAIL', 'fail');

describe('who may run', () => {
  test('26 the ID header comes first, even before a garbage body', async () => {
    const { server } = installation;
    const answer = await server.call(runPath(), { method: 'POST', body: '{{{garbage' });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(
      failed('ERROR_NO_AUTHENTICATION_ID', 'X-TC-AUTHENTICATION-ID header not exist'),
    );
  });

  test.each([
    ['no secret', { 'X-TC-AUTHENTICATION-ID': keys.admin.id }, 'ERROR_NO_AUTHENTICATION_SECRET'],
    ['a blank id', { ...xtc(), 'X-TC-AUTHENTICATION-ID': ' ' }, 'ERROR_NO_AUTHENTICATION_ID'],
    ['a wrong secret', xtc({ ...keys.admin, secret: 'wrong' }), 'ERROR_FAILED_UUID_API'],
    ['an unknown id', xtc({ id: 'NOBODY00000000000001', secret: 'x' }), 'ERROR_FAILED_UUID_API'],
    ['a stranger', xtc(keys.stranger), 'PERMISSION_DENIED'],
  ])('26 %s is refused with status 200', async (_, headers, resultCode) => {
    const answer = await run(installation.server, {}, {}, headers as Record<string, string>);
    expect([answer.status, answer.json.header.resultCode]).toEqual([200, resultCode]);
  });

  test('27 a VIEWER is refused and no deployment is recorded', async () => {
    const answer = await run(installation.server, {}, {}, xtc(keys.viewer));
    expect(answer.json).toEqual(failed('PERMISSION_DENIED', 'Permission denied'));
    expect((await histories(installation.server)).totalCount).toBe(0);
  });

  test('the key is checked before the app key, and the app key before the ids', async () => {
    const wrong = await run(
      installation.server,
      {},
      { key: 'nope' },
      xtc({ ...keys.admin, secret: 'wrong' }),
    );
    expect(wrong.json.header.resultCode).toBe('ERROR_FAILED_UUID_API');
    const unknown = await run(installation.server, {}, { key: 'nope', artifact: 'abc' });
    expect(unknown.json).toEqual(failed('ERROR_INVALID_APP_KEY', 'Invalid AppKey'));
  });
});

describe('what cannot run', () => {
  test.each([
    ['an unknown scenario', { scenario: 999 }, noScenario],
    ['a scenario that is not mapped to the group', { scenario: 5 }, noScenario],
    ['a scenario id beyond 2^53', { scenario: '9223372036854775807' }, noScenario],
    ['an unknown group', { group: 999 }, noGroup],
    ['the group of another artifact', { group: 11 }, noGroup],
    ['an unknown artifact', { artifact: 999 }, noArtifact],
    ['a group that is no number', { group: 'web' }, badRequest],
    ['a scenario beyond 2^63', { scenario: '9223372036854775808' }, badRequest],
    ['a negative scenario', { scenario: '-3' }, badRequest],
  ])('43 %s', async (_, where, answer) => {
    expect((await run(installation.server, {}, where)).json).toEqual(answer);
  });

  test.each([
    ['a negative concurrentNum', '{"concurrentNum":-1}'],
    ['broken JSON', '{"concurrentNum":'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a flag that is none', '{"async":"maybe"}'],
    ['a very deep list', `{"targetServerHostnames":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ])('43 %s is a bad request, before the lookups', async (_, body) => {
    const headers = { ...xtc(), 'content-type': 'application/json' };
    const answer = await installation.server.call(runPath({ artifact: 999 }), {
      method: 'POST',
      headers,
      body,
    });
    expect(answer.json).toEqual(badRequest);
  });

  test.each([
    ['an SSH artifact', { artifact: 6, group: 11, scenario: 12 }],
    ['an empty server group', { group: 9 }],
    ['a scenario without tasks', { scenario: 4 }],
  ])('44 %s answers FAIL', async (_, where) => {
    expect((await run(installation.server, {}, where)).json).toEqual(cannotRun);
  });

  test('49 the latest of an empty group is not found, and nothing runs', async () => {
    const task = { type: 'binary-deploy', group: 'empty', latest: true, targetDirectory: '/tmp' };
    const id = await scenario(installation.server, [task]);
    const answer = await run(installation.server, {}, { scenario: id });
    expect(answer.json).toEqual(failed('NOT_FOUND_BINARY_INFO', 'The binary info could not be found'));
    expect((await histories(installation.server)).totalCount).toBe(0);
  });

  test('49 a chosen binary that was deleted is told so', async () => {
    const { server } = installation;
    const binary = await upload(server, 'bytes', 'a.jar', 'gone');
    const id = await scenario(server, [{ type: 'binary-deploy', binary, targetDirectory: '/tmp' }]);
    const path = `/api/slipway/v1/nhn-deploy/projects/1/artifacts/1/binaries/${binary}`;
    const key = { id: 'ADMINKEY000000000001', secret: 'adminsecret00001' };
    expect((await server.call(path, { method: 'DELETE', key })).status).toBe(204);
    const answer = await run(server, {}, { scenario: id });
    expect(answer.json).toEqual(failed('NOT_FOUND_BINARY_INFO', 'The binary is already deleted'));
  });
});

describe('the scenario in the body', () => {
  const path = (version: string, group = 2) =>
    `/api/${version}/projects/${appKey}/artifacts/1/server-group/${group}/deploy`;

  test.each([
    ['none', {}],
    ['two', { scenarioIds: '3,4' }],
    ['an empty text', { scenarioIds: '' }],
    ['a word', { scenarioIds: 'release' }],
    ['a list', { scenarioIds: ['3'] }],
  ])('52 %s is a bad request', async (_, json) => {
    for (const version of ['v1.0', 'v2.0']) {
      expect((await installation.server.call(path(version), { headers: xtc(), json })).json).toEqual(
        badRequest,
      );
    }
  });

  test('52 an unknown one is not found, in v2.1 with a token too', async () => {
    const authorization = `Bearer ${await tokenOf(installation.server)}`;
    const json = { scenarioIds: '999' };
    const answer = await installation.server.call(path('v2.1'), { headers: { authorization }, json });
    expect([answer.status, answer.json]).toEqual([200, noScenario]);
  });

  test('v2.1 without a token answers 401', async () => {
    const answer = await installation.server.call(path('v2.1'), {
      headers: xtc(),
      json: { scenarioIds: '3' },
    });
    expect([answer.status, answer.json.header.resultCode]).toEqual([401, 'ERROR_FAILED_UUID_API']);
  });
});

describe('odd requests', () => {
  const segment = fc.oneof(
    fc.integer().map(String),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.constantFrom('1', '2', '3', '0', '%00', '..%2f..', '1e3', '0x1', '%F0%9F%99%82', ' 1', '1 '),
    fc
      .string({ unit: anyCharacter, minLength: 1, maxLength: 20 })
      .filter((text) => !/\p{Surrogate}/u.test(text))
      .map(encodeURIComponent),
  );
  const body = fc.oneof(
    fc.json({ maxDepth: 6 }),
    fc.string({ unit: anyCharacter }),
    fc
      .record(
        {
          targetServerHostnames: fc.anything({ maxDepth: 2 }),
          concurrentNum: fc.anything({ maxDepth: 1 }),
          nextWhenFail: fc.anything({ maxDepth: 1 }),
          async: fc.constant(true),
          scenarioIds: fc.anything({ maxDepth: 1 }),
          deployNote: fc.anything({ maxDepth: 1 }),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value) ?? ''),
  );

  test('no path, query or body of the runs half makes the server fail', async () => {
    const { server } = installation;
    const base = (artifact: string) => `/api/v1.0/projects/${appKey}/artifacts/${artifact}`;
    await fc.assert(
      fc.asyncProperty(segment, segment, segment, body, async (artifact, group, id, text) => {
        const headers = { ...xtc(), 'content-type': 'application/json' };
        const post = (path: string) => server.call(path, { method: 'POST', headers, body: text });
        const query = `?pageNum=${group}&pageSize=${id}&serverGroupId=${artifact}&deploymentYearFrom=${group}`;
        const histories = `/api/v2.0/projects/${appKey}/artifacts/1/deploy-histories${query}`;
        const answers = await Promise.all([
          post(`${base(artifact)}/server-group/${group}/scenario/${id}/deploy`),
          // A group without servers, so that nothing starts.
          post(`${base('1')}/server-group/9/scenario/3/deploy`),
          post(`${base('1')}/server-group/9/deploy`),
          post(`${base('1')}/server-group/2/scenario/4`),
          server.call(
            `${base('1')}/server-group/2/scenario?page=${id}&pageSize=${group}&scenarioName=${artifact}`,
            { headers },
          ),
          server.call(histories, { headers }),
        ]);
        for (const answer of answers) {
          expect(answer.status).toBeLessThan(500);
          expect(answer.json.header.resultCode).not.toBe('GENERAL_EXCEPTION');
        }
      }),
      { numRuns: 60 },
    );
    expect((await server.call('/healthz')).status).toBe(200);
  });
});
