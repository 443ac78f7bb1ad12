import { Agent } from 'node:http';
import { startField } from '../test/conformance/nullplatform/deployments-setup.ts';
import { judge, median, tell } from './report.ts';

/**
 * The bench `switches` by the calls of nullplatform: 40 deployments of a scope with two instances on two hosts, 100
 * switches of its traffic, half of the deployments finalised, half rolled back, under steady load. A tenth of the
 * requests have a body and may not be repeated. None may fail.
 */
const deployments = 40;
const switches = [25, 50, 75];
const connections = 16;

const field = await startField();
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const failures: string[] = [];
const milliseconds: number[] = [];
let requests = 0;
let switched = 0;
let isOver = false;
try {
  const scope = await field.scope('switches');
  const releases = [await field.release({ version: 'one' }), await field.release({ version: 'two' })];
  let serving = 0;
  await field.rollOut(scope.id, releases[serving] as number);
  const load = Promise.all(Array.from({ length: connections }, () => send(scope.domain)));
  for (let round = 0; round < deployments; round += 1) {
    const { id } = await field.rollOut(scope.id, releases[1 - serving] as number);
    // Two and three in turns: a hundred over forty deployments.
    for (const weight of switches.slice(round % 2)) await switchTo(id, weight);
    const isFinalised = round % 2 === 0;
    await field.patch(id, { status: isFinalised ? 'finalizing' : 'cancelling' });
    await field.untilStatus(id, isFinalised ? 'finalized' : 'rolled_back');
    if (isFinalised) serving = 1 - serving;
  }
  isOver = true;
  await load;
  tell(`${requests} requests; a switch took ${median(milliseconds).toFixed(0)} ms`);
  for (const failure of new Set(failures)) tell(failure);
  const name = `failed requests over ${switched} switches, ${deployments / 2} finalises, ${deployments / 2} rollbacks`;
  judge(name, failures.length, { atMost: 0 });
} finally {
  isOver = true;
  agent.destroy();
  await field.close();
}

async function switchTo(id: number, weight: number): Promise<void> {
  const began = performance.now();
  await field.patch(id, { strategy_data: { desired_switched_traffic: weight } });
  await field.until(id, ({ strategy_data }) => strategy_data.switched_traffic === weight);
  milliseconds.push(performance.now() - began);
  switched += 1;
}

/** One client: request after request until the end. */
async function send(domain: string): Promise<void> {
  while (!isOver) {
    requests += 1;
    const isPost = requests % 10 === 0;
    const answer = await field.router
      .call(domain, isPost ? '/echo' : '/slow?ms=10', {
        agent,
        ...(isPost && { method: 'POST', body: 'not to be sent twice' }),
      })
      .catch((error: Error) => ({ status: 0, text: error.message }));
    if (answer.status !== 200) failures.push(`${answer.status} ${answer.text}`);
  }
}
