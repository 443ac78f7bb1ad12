// The second half of `npm run demo`: two versions of a program that it builds itself go through nullplatform's API, and
// the requests to the scope's address move from the one to the other.
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { demoBundle } from './demo-bundle.mjs';
import { demo } from './demo-guide.mjs';

const { applicationId, scopeId, apiKey } = demo.nullplatform;
const ends = ['creating_approval', 'finalized', 'rolled_back', 'cancelled', 'failed', 'deleted'];

/** Builds, releases and deploys two versions; answers whether both ended as they should, with no request lost. */
export async function moveTraffic(base, routerAddress, say) {
  const api = await signedIn(base, say);
  const scope = await api('GET', `/scope/${scopeId}`);
  if (scope.in_progress_deployment) await end(api, say, scope.in_progress_deployment, 'cancelling');
  say(`   the address of the scope: ${addressOf(scope, routerAddress)}`);

  const [first, second] = [newVersion('blue'), newVersion('green')];
  const before = await deploy(api, say, await release(api, first));
  if (before.status === 'running') await end(api, say, before.id, 'finalizing');
  say(`   ${tally(await visits(scope, routerAddress, 100))}`);

  const { id } = await deploy(api, say, await release(api, second));
  const visitor = keepVisiting(scope, routerAddress);
  await api('PATCH', `/deployment/${id}`, { strategy_data: { desired_switched_traffic: 25 } });
  await until(api, id, (now) => now.strategy_data.switched_traffic === 25);
  say(`   ${tally(await visits(scope, routerAddress, 200))}`);
  const { status } = await end(api, say, id, 'finalizing');
  say(`   ${tally(await visits(scope, routerAddress, 100))}`);
  const { requests, failures } = await visitor.stop();
  say(`   meanwhile somebody asked ${requests} times more: ${failures} requests failed`);
  return status === 'finalized' && failures === 0;
}

async function deploy(api, say, releaseId) {
  const made = await api('POST', '/deployment', { scope_id: String(scopeId), release_id: String(releaseId) });
  const began = performance.now();
  const deployment = await until(api, made.id, ({ status }) => status === 'running' || ends.includes(status));
  say(`   ${deployment.strategy} deployment ${made.id}: ${deployment.status} after ${seconds(began)}`);
  if (deployment.status === 'running' || deployment.status === 'finalized') return deployment;
  const { messages } = await api('GET', `/deployment/${made.id}?include_messages=true`);
  throw new Error(messages.map(({ level, message }) => `${level} ${message}`).join('\n'));
}

async function end(api, say, id, status) {
  await api('PATCH', `/deployment/${id}`, { status });
  const began = performance.now();
  const ended = await until(api, id, (now) => ends.includes(now.status));
  say(`   deployment ${id}: ${ended.status} after ${seconds(began)}`);
  return ended;
}

/** A build with its bundle, and a release of it. Answers the release's id. */
async function release(api, version) {
  const build = await api('POST', '/build', {
    application_id: applicationId,
    branch: 'main',
    commit: { id: version, permalink: `https://git.example.com/acme/storefront/${version}` },
  });
  const { url } = await api('POST', `/build/${build.id}/asset_url`);
  await api('PUT', url, await demoBundle(version));
  await api('POST', '/asset', { build_id: build.id, type: 'bundle', name: 'main', url });
  await api('PATCH', `/build/${build.id}`, { status: 'successful' });
  const json = { status: 'active', build_id: String(build.id), application_id: applicationId };
  return (await api('POST', '/release', json)).id;
}

/** Calls of the API that are said as they are made, but for the many that only look. */
async function signedIn(base, say) {
  let token;
  token = (await call('POST', '/token', { api_key: apiKey })).access_token;
  return call;

  async function call(method, path, body) {
    const isBytes = Buffer.isBuffer(body);
    if (method !== 'GET') {
      const shown = isBytes ? `(${body.length} bytes)` : body ? JSON.stringify(body) : '';
      const text = path === '/token' ? path : `${path.replace(base, '')} ${shown}`;
      say(`   ${method} ${text.replace(/\?expires=[^"]*?(?=["\s])/, '?…')}`);
    }
    const answer = await fetch(new URL(path, base), {
      method,
      ...(body && { body: isBytes ? body : JSON.stringify(body) }),
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

async function until(api, id, isIt) {
  for (;;) {
    const deployment = await api('GET', `/deployment/${id}`);
    if (isIt(deployment)) return deployment;
    await wait(100);
  }
}

/** Asks again and again until it is told to stop. */
function keepVisiting(scope, routerAddress) {
  let isOver = false;
  const count = { requests: 0, failures: 0 };
  const asking = (async () => {
    while (!isOver) {
      const { status } = await visit(scope, routerAddress).catch(() => ({ status: 0 }));
      count.requests += 1;
      if (status !== 200) count.failures += 1;
      await wait(5);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return count;
    },
  };
}

async function visits(scope, routerAddress, times) {
  const answers = [];
  for (let time = 0; time < times; time += 1) answers.push(await visit(scope, routerAddress));
  return answers.map(({ status, text }) => (status === 200 ? text.trim() : `status ${status}`));
}

function visit(scope, routerAddress) {
  return new Promise((resolve, reject) => {
    // Not every system finds names below `localhost`; the router goes by the header.
    const request = http.get(routerAddress, { headers: { host: scope.domain } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    request.once('error', reject);
  });
}

function tally(answers) {
  const counts = new Map();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const parts = [...counts].sort().map(([answer, count]) => `${answer} ${count}`);
  return `of ${answers.length} requests: ${parts.join(', ')}`;
}

const addressOf = (scope, routerAddress) => `http://${scope.domain}:${new URL(routerAddress).port}/`;
const newVersion = (name) => `${name}-${Date.now().toString(36)}`;
const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;
