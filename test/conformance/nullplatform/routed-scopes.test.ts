import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey } from '../../harness/server.ts';
import { type Field, startField } from './deployments-setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let field: Field;
let release: number;

beforeAll(async () => {
  field = await startField();
  release = await field.release({ version: 'one' });
});
afterAll(() => field?.close());

/** A request whose answer comes back as its body is sent: it ends when the test wants it to. */
async function begin(host: string): Promise<{ end(): Promise<string> }> {
  const { hostname, port } = new URL(field.router.url);
  const asked = request({ hostname, port, method: 'POST', path: '/echo', headers: { host } });
  asked.write('begun, ');
  const [answer] = await once(asked, 'response');
  let text = '';
  answer.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(answer, 'data');
  return {
    async end() {
      const ended = once(answer, 'end');
      asked.end('ended');
      await ended;
      return text;
    },
  };
}

test.each([
  ['stopped', { method: 'PATCH', json: { status: 'stopping' } }],
  ['deleted', { method: 'DELETE' }],
])(
  'a request in flight is answered whole when its scope is %s, while new ones find nobody',
  async (name, call) => {
    const scope = await field.scope(`last-${name}`);
    const { id } = await field.rollOut(scope.id, release);
    const inFlight = await begin(scope.domain);
    await field.server.api(`/scope/${scope.id}`, call);
    await expect.poll(async () => (await field.visit(scope)).status, { timeout: 60_000 }).toBe(404);
    expect(await inFlight.end()).toBe('begun, ended');
    await field.untilStatus(id, 'deleted');
  },
);

test('a router says by itself that it reaches the instances that it sends requests to', async () => {
  const scope = await field.scope('reached');
  const { id } = await field.rollOut(scope.id, release);
  const said = async () => {
    const path = '/api/slipway/v1/hosts/s1/instances?reach=true';
    const { json } = await field.server.call(path, { key: adminKey });
    const [instance] = json.items.filter(
      ({ pool, wanted }: Json) => wanted && pool === `nullplatform/deployment/${id}`,
    );
    return instance.routers.map(({ address, outcome }: Json) => [address, outcome]);
  };
  await expect.poll(said, { timeout: 60_000 }).toEqual([[field.router.url, 'reached']]);
});
