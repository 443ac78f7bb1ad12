import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey } from '../harness/server.ts';
import type { StandInApiServer } from './api-server.ts';
import type { ClusterField } from './cluster-field.ts';
import { startStandInField } from './stand-in-field.ts';

const patience = { timeout: 100_000 };

let standIn: StandInApiServer;
let field: ClusterField;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  ({ standIn, field, close } = await startStandInField());
});
afterAll(() => close?.());

/** Resolves when the API server has refused to answer so many requests more. */
async function refused(pattern: RegExp, count: number): Promise<void> {
  const from = standIn.requests.length;
  const asked = () =>
    standIn.requests.slice(from).filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;
  await expect.poll(asked, patience).toBeGreaterThanOrEqual(count);
}

test('an API server that is away while a deployment is finalised is waited for, also across a restart', async () => {
  const scope = await field.scope('away');
  const release = await field.release('good:1');
  const first = (await field.deploy(scope.id, release)).json.id;
  await field.until(first, ({ status }) => status === 'finalized');
  const second = (await field.deploy(scope.id, release)).json.id;
  await field.until(second, ({ status }) => status === 'running');

  standIn.fail([{ pattern: /./, status: 503 }]);
  await field.patch(second, { status: 'finalizing' });
  await refused(/httproutes/, 2);
  await field.untilSaid(second, /status 503.* It is tried again\.$/);
  await field.server.restart();
  await refused(/httproutes/, 2);
  // As a real one does in its first moments, until it knows its roles.
  standIn.fail([{ pattern: /./, status: 403 }]);
  await refused(/httproutes/, 2);
  expect((await field.server.api(`/deployment/${second}`)).json.status).toBe('finalizing');
  standIn.fail([]);

  await field.until(second, ({ status }) => status === 'finalized');
  await expect
    .poll(() => standIn.names('deployments').filter((name) => name.startsWith(`d-${scope.id}-`)), patience)
    .toEqual([`d-${scope.id}-${second}`]);
  expect(standIn.get('httproutes', `r-${scope.id}`).spec.rules[0].backendRefs).toEqual([
    { name: `d-${scope.id}-${second}`, port: 80, weight: 100 },
  ]);
});

test('a server that restarts while instances start goes on waiting for them', async () => {
  const scope = await field.scope('restarted');
  standIn.fail([{ pattern: /GET .*\/deployments\//, status: 429 }]);
  const { id } = (await field.deploy(scope.id, await field.release('good:1'))).json;
  await refused(/GET .*\/deployments\//, 2);
  await field.server.restart();
  standIn.fail([]);
  const { strategy_data } = await field.until(id, ({ status }) => status === 'finalized');
  expect(strategy_data).toMatchObject({ healthy_instances: 2, switched_traffic: 100 });
});

test('instances, their lines and what they use are read from the pods; without metrics there are none', async () => {
  const scope = await field.scope('watched');
  const { id } = (await field.deploy(scope.id, await field.release('good:1'))).json;
  await field.until(id, ({ status }) => status === 'finalized');
  const [one, other] = [`d-${scope.id}-${id}-0`, `d-${scope.id}-${id}-1`];

  const list = await field.server.api(`/telemetry/instance?application_id=4&scope_id=${scope.id}`);
  expect(list.json.results).toEqual(
    [one, other].map((name, index) =>
      expect.objectContaining({
        ...{ id: name, scope_id: scope.id, deployment_id: id, state: 'running', healthy: true },
        ...{ host: `node-${index}`, port: 8080, restarts: 0 },
      }),
    ),
  );

  standIn.write(one, '2026-01-01T00:00:01.000Z first\n2026-01-01T00:00:03.000Z third\n');
  standIn.write(other, '2026-01-01T00:00:02.000Z second\n');
  const log = `/telemetry/application/4/log?type=application&scope=${scope.id}`;
  const page = await field.server.api(log);
  expect(page.json.results.map(({ message }: { message: string }) => message)).toEqual([
    'first',
    'second',
    'third',
  ]);
  standIn.write(other, '2026-01-01T00:00:02.000Z second\n2026-01-01T00:00:04.000Z fourth\n');
  const next = await field.server.api(`${log}&next_page_token=${page.json.next_page_token}`);
  expect(next.json.results.map(({ message }: { message: string }) => message)).toEqual(['fourth']);

  // The node of one pod is away.
  standIn.fail([{ pattern: new RegExp(`${one}/log`), status: 500 }]);
  const rest = await field.server.api(log);
  expect(rest.json.results.map(({ message }: { message: string }) => message)).toEqual(['second', 'fourth']);
  standIn.fail([]);

  const metric = `/telemetry/application/4/metric/system.cpu_usage_percentage?scope_id=${scope.id}`;
  expect((await field.server.api(metric)).json.results).toEqual([]);
  for (const [name, cpu] of [
    [one, '50m'],
    [other, '100m'],
  ]) {
    const { labels } = standIn.get('pods', name ?? '').metadata;
    standIn.put('pods', {
      ...{ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { name, labels } },
      ...{ timestamp: '2026-01-01T00:00:00Z', containers: [{ name: 'application', usage: { cpu } }] },
    });
  }
  // Of the 100 millicores that a container asks for.
  expect((await field.server.api(metric)).json.results).toEqual([
    {
      dimensions: { scope_id: String(scope.id), deployment_id: String(id) },
      data: [{ value: 75, timestamp: '2026-01-01T00:00:00.000Z' }],
    },
  ]);

  standIn.fail([{ pattern: /pods/, status: 503 }]);
  const away = await field.server.api(`/telemetry/instance?application_id=4&scope_id=${scope.id}`);
  expect(away.status).toBe(503);
  // Scope 5 is on hosts.
  for (const query of ['application_id=4', `application_id=4&scope_id=5,${scope.id}`]) {
    const { status, json } = await field.server.api(`/telemetry/instance?${query}`);
    expect([status, json]).toEqual([
      200,
      {
        paging: { total: 0, offset: 0, limit: 0 },
        results: [],
        messages: [
          {
            level: 'WARNING',
            message: expect.stringMatching(
              /^The instances of scopes in the cluster are not known now: .*503/,
            ),
            timestamp: expect.any(Number),
          },
        ],
      },
    ]);
  }
  standIn.fail([]);
  expect((await field.server.api('/telemetry/instance?application_id=4')).json.messages).toEqual([]);
});

test('the console shows the pods of a scope and what each wrote, and goes on without them while the cluster is away', async () => {
  const scope = await field.scope('shown');
  const { id } = (await field.deploy(scope.id, await field.release('good:1'))).json;
  await field.until(id, ({ status }) => status === 'finalized');
  const [one, other] = [`d-${scope.id}-${id}-0`, `d-${scope.id}-${id}-1`];
  const native = (path: string) =>
    field.server.call(`/api/slipway/v1/nullplatform${path}`, { key: adminKey });
  standIn.change('pods', other, (pod) => {
    pod.status.conditions = [{ type: 'Ready', status: 'False' }];
  });

  const known = { isPod: true, deploymentId: id, state: 'running', restarts: 0, port: 8080 };
  const pods = [
    expect.objectContaining({ ...known, id: one, host: 'node-0', healthy: true }),
    expect.objectContaining({ ...known, id: other, host: 'node-1', healthy: false }),
  ];
  const page = (await native(`/scopes/${scope.id}`)).json;
  expect(page).toMatchObject({ instances: pods, instancesProblem: null });
  expect(page.address).toBe(`http://${scope.domain}`);
  expect((await native(`/deployments/${id}`)).json.instances).toEqual(pods);

  standIn.write(one, '2026-01-01T00:00:01.000Z first\n2026-01-01T00:00:03.000Z third\n');
  standIn.write(other, '2026-01-01T00:00:02.000Z second\n');
  const log = async (query: string) => (await native(`/deployments/${id}/log${query}`)).text;
  expect((await log('')).match(/first|second|third/g)).toEqual(['first', 'second', 'third']);
  expect(await log(`?instance=${one}&find=THIRD`)).toBe(`2026-01-01T00:00:03.000Z ${one} third\n`);

  standIn.fail([{ pattern: /pods/, status: 503 }]);
  const away = await native(`/scopes/${scope.id}`);
  expect([away.status, away.json.instances, away.json.active.id]).toEqual([200, [], id]);
  expect(away.json.instancesProblem).toMatch(/cluster|status 503/i);
  expect((await native(`/deployments/${id}/log`)).status).toBe(503);
  standIn.fail([]);
});
