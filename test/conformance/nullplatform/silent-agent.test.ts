import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import { keys, type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const hour = 3_600_000;
const clock = new ManualClock();
let server: NullplatformServer;
let release: number;

beforeAll(async () => {
  server = await startNullplatform({ clock });
  const { buildId } = await successfulBuild(server, 4);
  const body = { application_id: 4, build_id: buildId, status: 'active' };
  release = (await call('/release', body)).id;
});
afterAll(() => server.close());

/** Calls with a token of now: tokens are good for a day. */
async function call(path: string, json?: Json, method?: string): Promise<Json> {
  const token = await server.call('/token', { json: { api_key: keys.admin } });
  const headers = { authorization: `Bearer ${token.json.access_token}` };
  const answer = await server.call(path, {
    headers,
    ...(json ? { json } : {}),
    ...(method ? { method } : {}),
  });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.json;
}

/** Lets time pass, a second at a look, until `look` sees what is wanted. */
async function until<Seen>(look: () => Promise<Seen>, wanted: Seen): Promise<void> {
  const looked = () => {
    clock.advance(1000);
    return look();
  };
  await expect.poll(looked, { timeout: 100_000 }).toEqual(wanted);
}

const statusOf = async (id: number): Promise<string> => (await call(`/deployment/${id}`)).status;

/** The newest actions of the scope, as `slug status`. */
async function actions(scope: Json): Promise<string[]> {
  const { results } = await call(`/service/${scope.instance_id}/action`);
  return results.map(({ slug, status }: Json) => `${slug} ${status}`);
}

test('an agent that says nothing for a day takes no scope for ever', async () => {
  const scope = await call('/scope', { application_id: 4, name: 'silent', type: 'custom' });
  const { id } = await call('/deployment', { scope_id: scope.id, release_id: release });
  clock.advance(23 * hour);
  await call(`/deployment/${id}`, { status: 'waiting_for_instances' }, 'PATCH');
  // What its agent works on is given another day.
  clock.advance(2 * hour);
  expect(await actions(scope)).toEqual(['start-initial in_progress']);

  clock.advance(22 * hour);
  await until(() => actions(scope), ['delete-deployment pending', 'start-initial failed']);
  clock.advance(24 * hour);
  await until(() => statusOf(id), 'failed');
  expect(await actions(scope)).toEqual(['delete-deployment failed', 'start-initial failed']);
  const { messages } = await call(`/deployment/${id}?include_messages=true`);
  expect(messages.map(({ message }: Json) => message)).toEqual(
    expect.arrayContaining([
      'No agent has said for a day what became of start-initial',
      'No agent has said for a day what became of delete-deployment',
    ]),
  );
  expect((await call(`/scope/${scope.id}`)).in_progress_deployment).toBeNull();
});
