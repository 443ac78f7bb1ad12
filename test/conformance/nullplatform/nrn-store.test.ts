import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KeyName, type NullplatformServer, startNullplatform } from './setup.ts';

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

const account = 'organization=1:account=2';
const application = `${account}:namespace=3:application=4`;
const scope = `${application}:scope=5`;

const patch = async (nrn: string, json: object, as: KeyName = 'admin') => {
  const { status } = await server.api(`/nrn/${nrn}`, { method: 'PATCH', json, as });
  return status;
};
const namespaces = async (nrn: string, query = '') =>
  (await server.api(`/nrn/${nrn}${query}`)).json.namespaces;

test('a value holds below its place, and the nearest one wins, until it is taken away', async () => {
  expect(await patch('organization=1', { 'aws.region': 'eu-west-1', 'global.owner': 'acme' })).toBe(204);
  expect(await patch(account, { 'aws.region': 'us-east-1' })).toBe(204);
  expect(await patch(scope, { 'aws.role': { arn: 'x' } })).toBe(204);
  expect(await namespaces(scope)).toEqual({
    global: { owner: 'acme' },
    aws: { region: 'us-east-1', role: { arn: 'x' } },
  });
  expect(await namespaces('organization=1')).toEqual({
    global: { owner: 'acme' },
    aws: { region: 'eu-west-1' },
  });
  expect(await patch(account, { 'aws.region': null })).toBe(204);
  expect(await namespaces(application, '?ids=aws.region,gcp.project')).toEqual({
    global: {},
    aws: { region: 'eu-west-1' },
    gcp: {},
  });
});

test.each(['region', 'aws.', '.region', 'aws.*', '1aws.x', `aws.${'x'.repeat(300)}`])(
  'nothing is called %j',
  async (name) => {
    expect(await patch(scope, { [name]: 'x' })).toBe(400);
    expect((await server.api(`/nrn/${scope}?ids=${name}`)).status).toBe(400);
  },
);

test.each([
  ['organization=1:account=9:namespace=3:application=4', 400],
  ['organization=1:account=2:namespace=3:application=4:scope=999', 404],
  ['organization=1:account=2:namespace=3:application=4:build=1', 400],
  ['organization=100', 401],
  ['application=4', 400],
] as const)('%s is answered with %i', async (nrn, status) => {
  expect((await server.api(`/nrn/${nrn}`)).status).toBe(status);
  expect(await patch(nrn, { 'aws.x': 1 })).toBe(status);
});

test('members read, developers change what is theirs, and only admins what is above applications', async () => {
  expect((await server.api(`/nrn/${scope}`, { as: 'member' })).status).toBe(200);
  expect(await patch(scope, { 'aws.x': 1 }, 'member')).toBe(403);
  expect(await patch(scope, { 'aws.x': 1 }, 'storefront')).toBe(204);
  expect(await patch(`${account}:namespace=3:application=6`, { 'aws.x': 1 }, 'storefront')).toBe(403);
  expect(await patch(account, { 'aws.x': 1 }, 'developer')).toBe(403);
  expect(await patch(scope, { 'aws.x': 1 }, 'stranger')).toBe(401);
});

test('an NRN keeps a mebibyte: whoever asks for more changes nothing', async () => {
  const place = `${account}:namespace=3:application=6`;
  const values = (namespace: string) =>
    Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`${namespace}.v${index}`, 'x'.repeat(60_000)]),
    );
  expect(await patch(place, values('one'))).toBe(204);
  expect(await patch(place, values('one'))).toBe(204);
  expect(await patch(place, { ...values('two'), 'one.v0': null })).toBe(400);
  const kept = await namespaces(place);
  expect([Object.keys(kept.one).length, kept.two]).toEqual([10, undefined]);
});
