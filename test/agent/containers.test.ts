import { chmod, copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentProcess } from './agent-process.ts';
import { ScriptedServer } from './scripted-server.ts';
import { serviceStart } from './service-steps.ts';

// No container runs here: `podman` is a stand-in with the same command line (fake-podman.mjs).
let server: ScriptedServer;
let agent: AgentProcess;
let containers: string;
let program: string;

beforeAll(async () => {
  server = await ScriptedServer.start();
  const bin = join(server.folder, 'bin');
  containers = join(server.folder, 'containers');
  program = join(server.folder, 'program', 'server.mjs');
  for (const folder of [bin, containers, dirname(program)]) await mkdir(folder);
  await copyFile(new URL('./fake-podman.mjs', import.meta.url), join(bin, 'podman.mjs'));
  await writeFile(
    join(bin, 'podman'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(bin, 'podman.mjs')}' "$@"\n`,
  );
  await chmod(join(bin, 'podman'), 0o755);
  await writeFile(join(bin, 'fake-podman-root'), containers);
  await copyFile(new URL('../harness/sample-program.mjs', import.meta.url), program);
  await writeFile(
    join(dirname(program), 'sample.json'),
    JSON.stringify({ version: 'contained', health: 'ok' }),
  );
  agent = server.agent('s1', ['--stop-instances'], { PATH: `${bin}:${process.env.PATH}` });
});
afterAll(async () => {
  await agent.kill('SIGTERM');
  await server.close();
});

const image = (name: string) => ({ kind: 'docker-image', image: name, containerPort: 8080 }) as const;
const calls = () => readFile(join(containers, 'calls'), 'utf8');

test('an image is pulled and run, followed, adopted by the next agent process, restarted and stopped', async () => {
  const step = serviceStart(
    { sha256: '', size: 0 },
    { asset: image(program), environment: { COLOUR: 'blue', LINES: 'a\nb' } },
  );
  const id = step.instance;
  const lease = server.gateway.offer([step, { kind: 'health-check', instances: [id] }]);
  expect(await server.gateway.ended(lease)).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
  const status = await server.gateway.instanceIs(id, ({ healthy }) => healthy);
  expect(status).toMatchObject({ state: 'running', pid: null });
  const url = `http://127.0.0.1:${status.port}`;
  const environment = await (await fetch(`${url}/env`)).json();
  expect(environment).toMatchObject({ COLOUR: 'blue', LINES: 'a\nb', CONTAINER_PORT: '8080' });
  expect(await calls()).not.toContain('blue');
  await server.gateway.until(() => server.gateway.linesOf(id).some((line) => line.includes('listening')));

  await agent.kill('SIGKILL');
  agent.restart();
  await fetch(`${url}/say?text=still+here`);
  await server.gateway.until(() => server.gateway.linesOf(id).includes('still here'));
  expect(server.gateway.instance(id)).toMatchObject({ restarts: 0, startedAt: status.startedAt });

  await fetch(`${url}/crash?code=9`);
  const crashed = await server.gateway.instanceIs(id, ({ state }) => state === 'backing-off');
  expect(crashed.trouble).toMatchObject({ kind: 'crashed', exitCode: 9 });
  await server.gateway.instanceIs(id, ({ healthy, restarts }) => healthy && restarts === 1);
  await fetch(`${url}/crash?code=77`);
  const full = await server.gateway.instanceIs(id, ({ trouble }) => trouble?.exitCode === 77);
  expect(full.trouble?.kind).toBe('out-of-memory');
  await server.gateway.instanceIs(id, ({ healthy, restarts }) => healthy && restarts === 2);

  const stop = server.gateway.offer([{ kind: 'service-stop', instances: [id] }]);
  expect(await server.gateway.ended(stop)).toMatchObject([{ state: 'succeeded' }]);
  expect(await readdir(containers)).toEqual(['calls']);
});

test('an image that cannot be had fails the step with what podman said', async () => {
  const step = serviceStart({ sha256: '', size: 0 }, { asset: image('registry.example.com/missing:1') });
  const [ended] = await server.gateway.ended(server.gateway.offer([step]));
  expect(ended).toMatchObject({ state: 'failed', reason: 'step-error' });
  expect(ended?.reasonText).toContain('manifest unknown');
  await server.gateway.ended(server.gateway.offer([{ kind: 'service-stop', instances: [step.instance] }]));
});

test('a host without podman and docker refuses an image clearly', async () => {
  const bare = join(server.folder, 'bare');
  await mkdir(bare);
  await symlink(process.execPath, join(bare, 'node'));
  const other = server.agent('s2', [], { PATH: bare });
  const step = serviceStart({ sha256: '', size: 0 }, { asset: image('anything') });
  const [ended] = await server.gateway.ended(server.gateway.offer([step], { host: 's2' }));
  expect(ended?.reasonText).toBe('this host has neither podman nor docker, which a docker-image needs');
  await other.kill('SIGKILL');
});

test('a name that would be read as an option is refused before anything is run with it', async () => {
  const step = serviceStart({ sha256: '', size: 0 }, { asset: image('--all-tags') });
  server.gateway.offer([step]);
  const refused = await server.gateway.instanceIs(step.instance, ({ state }) => state === 'crash-loop');
  expect(refused.trouble).toMatchObject({
    kind: 'asset',
    text: '"--all-tags" is not the name of an image',
  });
  expect(await calls()).not.toContain('--all-tags');
});
