import { sql } from 'kysely';
import { startServer, type TestServer } from '../test/harness/server.ts';
import { judge, median, tell } from './report.ts';

/**
 * The first page of the histories (contract nhn-deploy 3.8 M) over HTTP, with 1,000 deployments and with 1,000,000,
 * all of them inside the default month. `totalCount` is exact in both.
 */
const calls = 300;
const key = { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' };
const declaration = {
  principals: [{ name: 'dev@example.com', keys: [key] }],
  nhnDeploy: {
    projects: [
      {
        name: 'demo',
        appKey: 'r9Zd7vDEmWMfQb00',
        members: { 'dev@example.com': 'ADMIN' },
        artifacts: [
          {
            id: 1,
            name: 'shop-api',
            type: 'server',
            serverGroups: [{ id: 2, name: 'web', servers: ['s1'] }],
          },
        ],
      },
    ],
  },
};

const few = await filled(1_000);
const many = await filled(1_000_000);
try {
  const [small, large]: [number[], number[]] = [[], []];
  // One after the other, so that whatever else the machine does falls on both.
  for (let call = 0; call < calls; call += 1) {
    small.push(await firstPage(few, 1_000));
    large.push(await firstPage(many, 1_000_000));
  }
  tell(`first page with 1,000: ${median(small).toFixed(2)} ms`);
  tell(`first page with 1,000,000: ${median(large).toFixed(2)} ms`);
  judge('first page with 1,000,000 ÷ with 1,000', median(large) / median(small), { atMost: 2 });
} finally {
  await few.close();
  await many.close();
}

async function filled(deployments: number): Promise<TestServer> {
  const server = await startServer({ declaration });
  const { storage } = server.server.parts;
  const inserted = 20_000;
  for (let done = 0; done < deployments; done += inserted) {
    const rows = Math.min(inserted, deployments - done);
    await storage.write(async (unit) => {
      // Spread over the last 27 days, a thousandth of a second apart at least.
      await sql`
        with recursive n(i) as (select ${done} union all select i + 1 from n where i + 1 < ${done + rows})
        insert into nhn_deployment (project_id, artifact_id, server_group_id, scenario_id, rollout_id, status, artifact_name,
          scenario_name, server_group_name, binary_version, executor, executed_at, ended_at, note)
        select 1, 1, 2, 3, 'rollout-' || i, 'SUCCESS', 'shop-api', 'release', 'web', '1.' || i, 'dev@example.com',
          ${unit.now} - (i % 27) * 86400000 - i / 27, ${unit.now}, null from n`.execute(
        unit.tables<unknown>(),
      );
    });
  }
  await storage.write(async (unit) => {
    await sql`
      insert into nhn_deployment_day (artifact_id, server_group_id, day, deployments)
      select artifact_id, server_group_id, strftime('%Y-%m-%d', executed_at / 1000 + 32400, 'unixepoch'), count(*)
      from nhn_deployment group by 1, 2, 3`.execute(unit.tables<unknown>());
  });
  return server;
}

async function firstPage(server: TestServer, total: number): Promise<number> {
  const headers = { 'X-TC-AUTHENTICATION-ID': key.id, 'X-TC-AUTHENTICATION-SECRET': key.secret };
  const path = '/api/v2.0/projects/r9Zd7vDEmWMfQb00/artifacts/1/deploy-histories';
  const began = performance.now();
  const answer = await server.call(path, { headers });
  const milliseconds = performance.now() - began;
  if (answer.json?.body?.totalCount !== total || answer.json.body.deployHistories.length !== 20) {
    throw new Error(`an unexpected answer: ${answer.text.slice(0, 300)}`);
  }
  return milliseconds;
}
