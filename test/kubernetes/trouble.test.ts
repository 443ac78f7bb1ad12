import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StandInApiServer, startApiServer } from './api-server.ts';
import {
  type ClusterField,
  removeKubeconfig,
  standInKubeconfig,
  startClusterField,
} from './cluster-field.ts';
import { controllers } from './controllers.ts';

let standIn: StandInApiServer;
let kubeconfig: string;
let field: ClusterField;

beforeAll(async () => {
  standIn = await startApiServer(controllers);
  kubeconfig = await standInKubeconfig(standIn.url);
  field = await startClusterField(kubeconfig, { settings: { deploymentWaitSeconds: 1 } });
});
afterAll(async () => {
  await field?.close();
  await standIn?.close();
  await removeKubeconfig(kubeconfig);
});

test.each([
  ['bad:1', /the image cannot be pulled \(ImagePullBackOff\)/],
  ['crash:1', /ended again and again \(CrashLoopBackOff\) with exit code 7/],
])('a version whose image is %s fails, the log says why, and nothing is left of it', async (image, why) => {
  const scope = await field.scope(`trouble-${image.split(':')[0]}`);
  const { id } = (await field.deploy(scope.id, await field.release(image))).json;
  await field.until(id, ({ status }) => status === 'failed');
  const errors = (await field.messages(id)).filter(({ level }) => level === 'ERROR');
  expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(why));
  for (const plural of ['deployments', 'services', 'secrets', 'httproutes']) {
    expect(standIn.names(plural).filter((name) => name.includes(String(scope.id)))).toEqual([]);
  }
});

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
  expect(standIn.names('services')).toContain('stranger');
  expect(standIn.names('services')).toContain(fresh);
  expect(standIn.names('services')).not.toContain('orphan');
  expect(standIn.names('services')).not.toContain(old);
});

test('a bundle is refused at once', async () => {
  const scope = await field.scope('bundle');
  const release = await field.release('http://127.0.0.1:9/app.tar.gz', 'bundle');
  const answer = await field.deploy(scope.id, release);
  expect(answer.status).toBe(400);
  expect(answer.json.message).toBe('The asset type does not match the scope');
});
