import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StandInApiServer } from './api-server.ts';
import type { ClusterField } from './cluster-field.ts';
import { startStandInField } from './stand-in-field.ts';

/** Objects go a moment after the deployment that does without them has ended. */
const patience = { timeout: 100_000 };
const isOf = (scopeId: number) => (name: string) => name.split('-')[1] === String(scopeId);

let standIn: StandInApiServer;
let field: ClusterField;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  // What is good has to be healthy within it, on a busy machine too.
  ({ standIn, field, close } = await startStandInField({ settings: { deploymentWaitSeconds: 5 } }));
});
afterAll(() => close?.());

test.concurrent.for([
  ['bad:1', /the image cannot be pulled \(ImagePullBackOff\)/],
  ['crash:1', /ended again and again \(CrashLoopBackOff\) with exit code 7/],
] as const)(
  'a version whose image is %s fails, the log says why, and nothing is left of it',
  async ([image, why], { expect }) => {
    const scope = await field.scope(`trouble-${image.split(':')[0]}`);
    const { id } = (await field.deploy(scope.id, await field.release(image))).json;
    await field.until(id, ({ status }) => status === 'failed');
    const errors = (await field.messages(id)).filter(({ level }) => level === 'ERROR');
    expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(why));
    for (const plural of ['deployments', 'services', 'secrets', 'httproutes']) {
      await expect.poll(() => standIn.names(plural).filter(isOf(scope.id)), patience).toEqual([]);
    }
  },
);

test('secrets reach the cluster in the Secret only, and no plan holds them', async () => {
  const parameter = { name: 'Key', type: 'environment', variable: 'API_KEY', secret: true };
  const nrn = 'organization=1:account=2:namespace=3:application=4';
  const made = await field.server.api('/parameter', { json: { ...parameter, nrn } });
  expect(made.status).toBe(200);
  const value = await field.server.api(`/parameter/${made.json.id}/value`, {
    json: { nrn, value: 'open sesame' },
  });
  expect(value.status).toBe(200);
  const scope = await field.scope('secret');
  const { id } = (await field.deploy(scope.id, await field.release('good:1'))).json;
  await field.until(id, ({ status }) => status === 'finalized');
  const secret = standIn.get('secrets', `s-${scope.id}-d-${id}`);
  expect(secret.immutable).toBe(true);
  const texts = Object.values(secret.data as Record<string, string>).map((data) => atob(data));
  expect(texts).toContain('open sesame');
  expect(JSON.stringify(standIn.get('deployments', `d-${scope.id}-${id}`))).not.toContain('open sesame');
  const { engine } = field.server.server.parts;
  const rollouts = await engine.list({ resources: ['/'], text: 'secret', limit: 10 });
  const plans = await Promise.all(rollouts.map((rollout) => engine.plan(rollout.id)));
  expect(plans.length).toBeGreaterThan(0);
  expect(JSON.stringify(plans)).not.toContain('open sesame');
});

test('what somebody changes or deletes while a deployment is in progress is put right; what is strange is left', async () => {
  const scope = await field.scope('drift');
  const release = await field.release('good:1');
  const first = (await field.deploy(scope.id, release)).json.id;
  await field.until(first, ({ status }) => status === 'finalized');
  const second = (await field.deploy(scope.id, release)).json.id;
  await field.until(second, ({ status }) => status === 'running');
  const old = `d-${scope.id}-${first}`;
  const fresh = `d-${scope.id}-${second}`;
  standIn.change('deployments', fresh, (object) => {
    object.spec.template.spec.containers[0].image = 'else:1';
  });
  standIn.change('httproutes', `r-${scope.id}`, (object) => {
    object.spec.rules[0].backendRefs[0].weight = 1;
  });
  standIn.delete('services', old);
  const { storage, work } = field.server.server.parts;
  await storage.write((unit) => work.enqueue(unit, { kind: 'nullplatform.kubernetes-repair', input: {} }));
  await field.untilSaid(second, /Service .* put right/);
  const said = (await field.messages(second)).map(({ message }) => message);
  for (const name of [`Deployment ${fresh}`, `HTTPRoute r-${scope.id}`, `Service ${old}`]) {
    expect(said).toContain(`Cluster: ${name} had been changed and was put right`);
  }
  // Written otherwise than asked for (no delay instead of a delay of 0), but not changed.
  expect(said).not.toContain(`Cluster: Deployment ${old} had been changed and was put right`);
  expect(standIn.get('deployments', fresh).spec.template.spec.containers[0].image).toBe('good:1');
  expect(standIn.get('httproutes', `r-${scope.id}`).spec.rules[0].backendRefs).toEqual([
    { name: old, port: 80, weight: 100 },
  ]);

  // An orphan that nobody remembers goes with the finalisation; an object of somebody else stays.
  const labels = { 'slipway.dev/scope': String(scope.id), 'slipway.dev/deployment': '1' };
  const service = { apiVersion: 'v1', kind: 'Service', spec: {} };
  const owned = { ...labels, 'app.kubernetes.io/managed-by': 'slipway' };
  standIn.put('services', { ...service, metadata: { name: 'orphan', labels: owned } });
  standIn.put('services', { ...service, metadata: { name: 'stranger', labels } });
  await field.patch(second, { status: 'finalizing' });
  await field.until(second, ({ status }) => status === 'finalized');
  await expect
    .poll(() => standIn.names('services').filter((name) => ['orphan', old].includes(name)), patience)
    .toEqual([]);
  expect(standIn.names('services')).toEqual(expect.arrayContaining(['stranger', fresh]));
});

test('an object of somebody else is not taken over, and stays', async () => {
  const scope = await field.scope('stranger');
  const metadata = { name: `r-${scope.id}`, labels: { 'app.kubernetes.io/managed-by': 'Helm' } };
  standIn.put('httproutes', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata });
  const { id } = (await field.deploy(scope.id, await field.release('good:1'))).json;
  await field.until(id, ({ status }) => status === 'failed');
  expect((await field.messages(id)).map(({ message }) => message)).toContainEqual(
    expect.stringContaining(`HTTPRoute r-${scope.id} stands in the cluster and is not Slipway's`),
  );
  await expect.poll(() => standIn.names('deployments').filter(isOf(scope.id)), patience).toEqual([]);
  expect(standIn.get('httproutes', `r-${scope.id}`).metadata.labels).toEqual(metadata.labels);
});

test('a scope that is deleted leaves no version behind, not even one that nobody remembers', async () => {
  const scope = await field.scope('emptied');
  const { id } = (await field.deploy(scope.id, await field.release('good:1'))).json;
  await field.until(id, ({ status }) => status === 'finalized');
  const labels = {
    ...{ 'slipway.dev/scope': String(scope.id), 'slipway.dev/deployment': '1' },
    'app.kubernetes.io/managed-by': 'slipway',
  };
  standIn.put('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `s-${scope.id}-d-1`, labels },
  });
  await field.server.api(`/scope/${scope.id}`, { method: 'DELETE' });
  await field.until(id, ({ status }) => status === 'deleted');
  await expect.poll(() => standIn.names('secrets').filter(isOf(scope.id)), patience).toEqual([]);
});

test('a bundle is refused at once', async () => {
  const scope = await field.scope('bundle');
  const release = await field.release('http://127.0.0.1:9/app.tar.gz', 'bundle');
  const answer = await field.deploy(scope.id, release);
  expect(answer.status).toBe(400);
  expect(answer.json.message).toBe('The asset type does not match the scope');
});
