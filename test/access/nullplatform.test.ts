import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Operation, operationName } from '../../src/dialects/nullplatform/operation.ts';
import { operations } from '../../src/dialects/nullplatform/operations.ts';
import { wireRoles } from '../../src/dialects/nullplatform/roles.ts';
import {
  type KeyName,
  type NullplatformServer,
  startNullplatform,
} from '../conformance/nullplatform/setup.ts';

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

/** Ids of things that are not there: nothing that is allowed changes anything. */
const pathOf = ({ path }: Operation) => path.replaceAll(/:\w+/g, '987654');

async function statusOf(operation: Operation, headers: Record<string, string>): Promise<number> {
  const { method } = operation;
  const answer = await server.server.app.inject({ method, url: pathOf(operation), headers });
  return answer.statusCode;
}

test('every operation is a route that names its permission', () => {
  const { routeTable } = server.server.app;
  for (const operation of operations) {
    const route = routeTable.find(({ method, url }) => method === operation.method && url === operation.path);
    expect(route?.permission, operationName(operation)).toBe(operation.permission);
  }
});

test('every operation refuses a call without a token, and one with somebody else’s', async () => {
  for (const operation of operations) {
    for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(40)}` }]) {
      expect([
        operationName(operation),
        await statusOf(operation, headers as Record<string, string>),
      ]).toEqual([operationName(operation), 401]);
    }
  }
});

const keyOf: Readonly<Record<string, KeyName>> = {
  'machine:ci': 'ci',
  'controlplane:agent': 'agent',
};

test.each(wireRoles.map(({ slug }) => slug))(
  'the role %s may do what it names and nothing else',
  async (slug) => {
    const role = wireRoles.find((candidate) => candidate.slug === slug);
    const authorization = `Bearer ${await server.token(keyOf[slug] ?? (slug as KeyName))}`;
    for (const operation of operations) {
      const isAllowed = role?.permissions.includes(operation.permission) ?? false;
      const status = await statusOf(operation, { authorization });
      const place = `${operationName(operation)}: ${status}`;
      expect(status === 403, place).toBe(!isAllowed);
      expect(status !== 401 && (status < 500 || status === 501), place).toBe(true);
    }
  },
);

test('a grant in one application allows nothing to the rest of the organization', async () => {
  const write = [
    ['POST', '/build', { application_id: 6, commit: { id: 'a' } }],
    ['POST', '/release', { status: 'active', application_id: 6, build_id: 1 }],
    ['POST', '/scope', { application_id: 6, name: 'x', type: 'web_pool' }],
    ['PATCH', '/application/6', {}],
    ['POST', '/application', { name: 'x', namespace_id: 3, repository_url: 'https://git.example.com/x' }],
    ['GET', '/namespace/3', undefined],
    ['GET', '/account/2', undefined],
  ] as const;
  for (const [method, path, json] of write) {
    const { status } = await server.api(path, { as: 'storefront', method, ...(json ? { json } : {}) });
    expect([path, status]).toEqual([path, 403]);
  }
});
