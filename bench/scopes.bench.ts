import { type NullplatformServer, startNullplatform } from '../test/conformance/nullplatform/setup.ts';
import { fillScopes, scopeIdAt } from '../test/harness/filled-scopes.ts';
import { judge, median, tell } from './report.ts';

/** `GET /deployment?scope_id=` and `GET /scope/:id` with 1,000 scopes of 10 deployments each, and with 10 such scopes. */
const calls = 300;
const deployments = 10;

const few = await filled(10);
const many = await filled(1000);
try {
  for (const [what, path] of [
    ['GET /deployment?scope_id=', (id: number) => `/deployment?scope_id=${id}`],
    ['GET /scope/:id', (id: number) => `/scope/${id}`],
  ] as const) {
    const [small, large]: [number[], number[]] = [[], []];
    for (let call = 0; call < calls; call += 1) {
      // One after the other, so that whatever else the machine does falls on both.
      small.push(await timed(few, path(scopeIdAt(call % 10))));
      large.push(await timed(many, path(scopeIdAt((call * 7) % 1000))));
    }
    tell(`${what}: ${median(small).toFixed(2)} ms with 10, ${median(large).toFixed(2)} ms with 1,000`);
    judge(`${what}, 1,000 ÷ 10 scopes`, median(large) / median(small), { atMost: 2 });
  }
} finally {
  await few.close();
  await many.close();
}

async function filled(scopes: number): Promise<NullplatformServer> {
  const server = await startNullplatform();
  await fillScopes(server.server.parts.storage, { scopes, deployments });
  return server;
}

async function timed(server: NullplatformServer, path: string): Promise<number> {
  const began = performance.now();
  const { status, json } = await server.api(path);
  if (status !== 200) throw new Error(`${path} was answered with ${status}`);
  if (json.paging && json.paging.total !== deployments) throw new Error(`${path} found ${json.paging.total}`);
  return performance.now() - began;
}
