import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey } from '../../harness/server.ts';
import { until } from '../../harness/waiting.ts';
import { type Field, startField } from './deployments-setup.ts';

const patience = 100_000;

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let field: Field;
let scope: Json;
let deployment: Json;

beforeAll(async () => {
  field = await startField();
  scope = await field.scope('observed');
  deployment = await field.rollOut(scope.id, await field.release({ version: 'one' }));
});
afterAll(() => field.close());

async function instances(): Promise<Json[]> {
  const query = `application_id=4&scope_id=${scope.id}`;
  return (await field.server.api(`/telemetry/instance?${query}`)).json.results;
}

/** Asks an instance itself: the router asks only those that are well. */
async function ask({ port }: Json, path: string): Promise<void> {
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

async function page(token?: string): Promise<Json> {
  const more = token === undefined ? '' : `&next_page_token=${token}`;
  return (await field.server.api(`/telemetry/application/4/log?type=application&scope=${scope.id}${more}`))
    .json;
}

test('whoever follows the log of two hosts reads every line once', async () => {
  const all = await instances();
  expect(new Set(all.map(({ host }) => host))).toEqual(new Set(['s1', 's2']));
  const first = await until(
    async () => {
      const now = await page();
      return now.results.length > 0 ? now : undefined;
    },
    'the first lines',
    patience,
  );
  const texts: string[] = [];
  for (const round of [1, 2, 3]) {
    for (const [index, instance] of all.entries()) {
      const text = `round-${round}-of-${index}`;
      texts.push(text);
      await ask(instance, `/say?text=${text}`);
    }
  }
  const read: string[] = [];
  let token = first.next_page_token;
  const readOn = async () => {
    const now = await page(token);
    // What a program wrote when it began may come as late as this.
    const messages: string[] = now.results.map(({ message }: Json) => message);
    read.push(...messages.filter((text) => text.startsWith('round-')));
    token = now.next_page_token;
  };
  await until(
    async () => {
      await readOn();
      return read.length >= texts.length ? true : undefined;
    },
    'all lines',
    patience,
  );
  await readOn();
  expect(read.toSorted()).toEqual(texts.toSorted());
  expect((await page('nonsense')).message).toBe('Invalid parameter: next_page_token');
});

test('a scope is unhealthy while nobody who gets its requests is well, and active again afterwards', async () => {
  const single = await field.scope('single', { capabilities: { fixed_instances: 1 } });
  await field.rollOut(single.id, await field.release({ version: 'alone' }));
  const query = `application_id=4&scope_id=${single.id}`;
  const [instance] = (await field.server.api(`/telemetry/instance?${query}`)).json.results;
  // What has happened stands in the messages, however soon the agent starts it again.
  const said = async () => {
    const { json } = await field.server.api(`/scope/${single.id}?include_messages=true`);
    return json.messages
      .map(({ message }: Json) => message)
      .filter((text: string) => text.startsWith('Scope: '));
  };
  await ask(instance, '/set-health?status=503');
  await until(
    async () => ((await said()).length >= 1 ? true : undefined),
    'the scope to be unhealthy',
    patience,
  );
  // One that was started again in the meantime is well by itself.
  await ask(instance, '/set-health?status=200').catch(() => undefined);
  await until(
    async () => ((await said()).length >= 2 ? true : undefined),
    'the scope to be active',
    patience,
  );
  expect((await said()).slice(0, 2)).toEqual([
    'Scope: unhealthy. No instance that gets its requests is well',
    'Scope: active',
  ]);
  // A probe that a busy machine answers too late may take it down once more, for a moment.
  const isActive = async () => (await field.server.api(`/scope/${single.id}`)).json.status === 'active';
  await until(async () => ((await isActive()) ? true : undefined), 'the scope to stay active', patience);
});

test('what instances use of their hosts is a share in percent', async () => {
  for (const metric of ['system.cpu_usage_percentage', 'system.memory_usage_percentage']) {
    const path = `/telemetry/application/4/metric/${metric}?scope_id=${scope.id}&minutes=5&period=10`;
    const [result] = await until(
      async () => {
        const { results } = (await field.server.api(path)).json;
        return results.length > 0 ? results : undefined;
      },
      metric,
      patience,
    );
    expect(result.dimensions).toEqual({
      scope_id: String(scope.id),
      deployment_id: String(deployment.id),
    });
    expect(result.data[0].value).toBeGreaterThanOrEqual(0);
  }
  const unknown = await field.server.api(`/telemetry/application/4/metric/system.moons?scope_id=${scope.id}`);
  expect(unknown.json.message).toBe('Invalid parameter: metric');
});

const native = (path: string) => field.server.call(`/api/slipway/v1/nullplatform${path}`, { key: adminKey });

test('the console follows the log of one instance, finds a text in it and downloads it', async () => {
  const [instance, other] = await instances();
  await ask(other, '/say?text=needle-elsewhere');
  await ask(instance, '/say?text=needle-here');
  const log = `/deployments/${deployment.id}/log`;
  const asked = `instance=${instance.id}&find=NEEDLE`;
  const hangUp = new AbortController();
  const answer = await fetch(`${field.server.url}/api/slipway/v1/nullplatform${log}/events?${asked}`, {
    headers: { authorization: `Basic ${btoa(`${adminKey.id}:${adminKey.secret}`)}` },
    signal: hangUp.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  const untilTold = async (text: string) => {
    while (!told.includes(text)) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error(`the stream ended before it told ${text}: ${told}`);
      told += value;
    }
  };
  await untilTold('needle-here');
  await ask(instance, '/say?text=needle-again&stream=stderr');
  await untilTold('needle-again');
  hangUp.abort();
  expect(told).toContain('"stream":"stderr"');
  expect(told).not.toContain('needle-elsewhere');

  const text = await until(
    async () => {
      const found = await native(`${log}?find=needle`);
      return found.text.includes('needle-elsewhere') ? found : undefined;
    },
    'the line of the other host',
    patience,
  );
  expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(text.headers.get('content-security-policy')).toContain('sandbox');
  const lines = text.text.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^\\d{4}-.*Z ${instance.id} needle-here$`)));
});

test('a past deployment keeps its actions, its messages and what its instances wrote', async () => {
  const next = await field.rollOut(scope.id, await field.release({ version: 'two' }));
  await field.patch(next.id, { status: 'finalizing' });
  await field.untilStatus(next.id, 'finalized');
  const page = await until(
    async () => {
      const { json } = await native(`/deployments/${deployment.id}`);
      return json.instances.every(({ state }: Json) => state === 'stopped') ? json : undefined;
    },
    'the instances of the first deployment to end',
    patience,
  );
  expect(page).toMatchObject({
    ...{ id: deployment.id, status: 'finalized', isActive: false, isInProgress: false, semver: '0.0.1' },
    scope: { id: scope.id, name: 'observed' },
    build: { commit: 'c0ffee' },
    actions: [{ slug: 'start-initial', status: 'success', rolloutId: expect.any(String) }],
    instancesProblem: null,
  });
  expect(page.instances).toHaveLength(2);
  expect(page.messages.map(({ message }: Json) => message)).toContain('Status: creating');
  const said = await until(
    async () => {
      const { text } = await native(`/deployments/${deployment.id}/log?instance=${page.instances[0].id}`);
      return text.includes('asked to end') ? text : undefined;
    },
    'the last words of an instance',
    patience,
  );
  expect(said).toContain('version one begins');
  expect((await native(`/deployments/${next.id}`)).json.isActive).toBe(true);
});
