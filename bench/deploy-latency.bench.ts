import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Field, startField } from '../test/conformance/nullplatform/deployments-setup.ts';
import { freePort } from '../test/harness/free-port.ts';
import { sampleBundle } from '../test/harness/sample-bundle.ts';
import { judge, median, tell } from './report.ts';

/**
 * From `POST /deployment` to `running` with one instance that listens at once, against starting the same program by
 * hand until its port is open; both in turns in one run, so that a busy machine is busy for both.
 */
const rounds = 10;

const field = await startField();
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
try {
  const release = await field.release({ version: 'bench' });
  const scope = await field.scope('latency', { hosts: ['s1'], capabilities: { fixed_instances: 1 } });
  await unpack();
  await field.rollOut(scope.id, release);
  const bare: number[] = [];
  const deployed: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await spawnToListening());
    deployed.push(await postToRunning(field, scope.id, release));
  }
  tell(`bare spawn to listening: median ${median(bare).toFixed(0)} ms`);
  tell(`POST /deployment to running: median ${median(deployed).toFixed(0)} ms`);
  judge('milliseconds above the bare start', median(deployed) - median(bare), { atMost: 500 }, ' ms');
} finally {
  await field.close();
  await rm(folder, { recursive: true, force: true });
}

/** Milliseconds of one blue-green deployment, which is cancelled afterwards. */
async function postToRunning(on: Field, scopeId: number, releaseId: number): Promise<number> {
  const began = performance.now();
  const { json } = await on.deploy(scopeId, releaseId);
  await on.untilStatus(json.id, 'running');
  const milliseconds = performance.now() - began;
  await on.patch(json.id, { status: 'cancelling' });
  await on.untilStatus(json.id, 'rolled_back');
  return milliseconds;
}

async function unpack(): Promise<void> {
  const archive = join(folder, 'app.tar.gz');
  await writeFile(archive, await sampleBundle({ version: 'bench' }));
  const tar = spawn('tar', ['-xzf', archive, '-C', folder]);
  await new Promise((resolve) => tar.once('exit', resolve));
}

/** Milliseconds from the spawn until a connection to the program's port is taken. */
async function spawnToListening(): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, ['server.mjs'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  while (!(await isOpen(port))) await new Promise((resolve) => setTimeout(resolve, 2));
  const milliseconds = performance.now() - began;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  return milliseconds;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
