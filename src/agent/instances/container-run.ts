import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../../calls/index.ts';
import { signalProcess, startTime } from '../process-table.ts';
import { agentLabel, containerCommand, containerProgram, instanceLabel } from './container-command.ts';
import { type Exit, unseenExit } from './exit.ts';
import type { InstanceSpec, RunningNote } from './record.ts';
import { CannotRunError, type Running } from './running.ts';

type ContainerNote = Extract<RunningNote, { kind: 'container' }>;

const retryMilliseconds = 1000;
const lastLinesMilliseconds = 2000;
const followerFile = 'follower.json';

/** What a container needs beside its specification. */
export interface ContainerParts {
  readonly spec: InstanceSpec;
  readonly folder: string;
  readonly port: number;
  readonly mark: string;
  readonly installation: string;
  readonly handles: readonly [stdout: number, stderr: number];
}

/** Gets an image; one that this host has is good enough when its registry does not answer. */
export async function pullImage(image: string, signal: AbortSignal): Promise<void> {
  // Podman and docker would take it for an option of theirs.
  if (image.startsWith('-')) throw new CannotRunError(`${JSON.stringify(image)} is not the name of an image`);
  const program = containerProgram();
  try {
    await containerCommand(program, ['pull', '--quiet', image], { signal });
  } catch (error) {
    signal.throwIfAborted();
    const isHere = await containerCommand(program, ['image', 'inspect', image], { signal }).then(
      () => true,
      () => false,
    );
    if (!isHere) throw error;
  }
}

/** Starts the image in a container of its own. Throws when podman or docker refuses. */
export async function startContainer(parts: ContainerParts): Promise<Running> {
  const { spec, port, mark } = parts;
  if (spec.asset.kind !== 'docker-image') throw new CannotRunError('this instance is no container');
  const program = containerProgram();
  const name = containerName(spec.instance);
  await containerCommand(program, ['rm', '-f', name]).catch(() => '');
  const environment = writeEnvironment(parts, spec.asset.containerPort);
  const mounts = (spec.files ?? []).flatMap(({ path }) => [
    '-v',
    `${join(parts.folder, 'files', path)}:${path}:ro`,
  ]);
  const args = [
    ...['run', '-d', '--name', name],
    ...['--label', `${instanceLabel}=${spec.instance}`, '--label', `${agentLabel}=${parts.installation}`],
    ...['-p', `${port}:${spec.asset.containerPort}`, '--env-file', environment.file],
    ...Object.keys(environment.multiline).flatMap((variable) => ['-e', variable]),
    ...['-e', `SLIPWAY_INSTANCE=${mark}`, ...mounts, spec.asset.image],
  ];
  const at = Date.now();
  try {
    const printed = await containerCommand(program, args, { environment: environment.multiline });
    const id = printed.split('\n').at(-1) || name;
    return watched({ kind: 'container', program, id, at }, parts, undefined);
  } finally {
    rmSync(environment.file, { force: true });
  }
}

/** The container that an earlier agent process started, if it still runs. */
export async function adoptContainer(
  note: ContainerNote,
  parts: ContainerParts,
): Promise<Running | undefined> {
  const isRunning = await containerCommand(note.program, [
    ...['inspect', '--format', '{{.State.Running}}', note.id],
  ]).catch(() => 'false');
  if (isRunning !== 'true') return undefined;
  return watched(note, parts, endFollower(join(parts.folder, followerFile)) ?? note.at);
}

/** Stops a container, with KILL after the grace time, and removes it; one that is gone is no error. */
export async function removeContainer({ program, id }: ContainerNote, graceMilliseconds: number) {
  const seconds = String(Math.ceil(graceMilliseconds / 1000));
  await containerCommand(program, ['stop', '-t', seconds, id]).catch(() => '');
  await containerCommand(program, ['rm', '-f', id]).catch(() => '');
}

/** Removes this agent's containers of instances that are not `kept`. */
export async function removeStrayContainers(
  program: string,
  installation: string,
  kept: ReadonlySet<string>,
): Promise<void> {
  const filter = `label=${agentLabel}=${installation}`;
  const format = `{{.ID}} {{.Label "${instanceLabel}"}}`;
  const listed = await containerCommand(program, ['ps', '-a', '--filter', filter, '--format', format]);
  for (const line of listed.split('\n')) {
    const [id, instance] = line.split(' ');
    if (id && !kept.has(instance ?? '')) await containerCommand(program, ['rm', '-f', id]);
  }
}

function containerName(instance: string): string {
  return `slipway-${instance}`;
}

/** One line a variable; values with line feeds cannot stand in such a file and are passed on by name. */
function writeEnvironment(parts: ContainerParts, containerPort: number) {
  const file = join(parts.folder, 'environment');
  const entries = Object.entries({ ...parts.spec.environment, PORT: String(containerPort) });
  const isSingle = ([, value]: [string, string]) => !/[\r\n]/.test(value);
  const lines = entries.filter(isSingle).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return { file, multiline: Object.fromEntries(entries.filter((entry) => !isSingle(entry))) };
}

/** Its output is followed from `since` on (epoch milliseconds), or from its beginning. */
function watched(note: ContainerNote, parts: ContainerParts, since: number | undefined): Running {
  const watch = { isReleased: false };
  const follower = followLogs(note, parts, since);
  const ended = new Promise<Exit>((resolve) => {
    void exitOf(note, watch).then(async (exit) => {
      if (watch.isReleased) return;
      // It ends by itself when it has read the last line.
      await Promise.race([follower.done, pause(lastLinesMilliseconds)]);
      follower.stop();
      await containerCommand(note.program, ['rm', '-f', note.id]).catch(() => '');
      resolve(exit);
    });
  });
  return {
    note,
    pid: null,
    ended,
    async end(graceMilliseconds) {
      const seconds = String(Math.ceil(graceMilliseconds / 1000));
      await containerCommand(note.program, ['stop', '-t', seconds, note.id]).catch(() => '');
      await ended;
    },
    release() {
      watch.isReleased = true;
    },
  };
}

/** Waits until it does not run; while podman or docker does not answer it is taken to run. */
async function exitOf({ program, id }: ContainerNote, watch: { isReleased: boolean }): Promise<Exit> {
  const format = '{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}';
  while (!watch.isReleased) {
    await containerCommand(program, ['wait', id]).catch(() => '');
    if (watch.isReleased) break;
    const state = await containerCommand(program, ['inspect', '--format', format, id]).catch(
      (error: Error) => (/no such|not found/i.test(error.message) ? 'gone' : 'unknown'),
    );
    if (state === 'gone') return unseenExit;
    const [isRunning, code, isOutOfMemory] = state.split(' ');
    if (isRunning === 'false') {
      return { code: Number(code), signal: null, isOutOfMemory: isOutOfMemory === 'true' };
    }
    await pause(retryMilliseconds);
  }
  return unseenExit;
}

/** Appends what the container writes to the instance's files; goes on when the agent ends. */
function followLogs(note: ContainerNote, parts: ContainerParts, since: number | undefined) {
  const from = since === undefined ? [] : ['--since', new Date(since).toISOString()];
  const child = spawn(note.program, ['logs', '-f', ...from, note.id], {
    detached: true,
    stdio: ['ignore', ...parts.handles],
  });
  const done = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.unref();
  if (child.pid !== undefined) {
    const follower = { pid: child.pid, startTime: startTime(child.pid) };
    writeFileSync(join(parts.folder, followerFile), JSON.stringify(follower), { mode: 0o600 });
  }
  return { done, stop: () => child.kill('SIGTERM') };
}

/**
 * Ends the follower that an earlier agent process started; the time of its end, if it was still there, from which the
 * next one goes on: a line at the seam may come twice, none is lost.
 */
function endFollower(file: string): number | undefined {
  try {
    const follower = JSON.parse(readFileSync(file, 'utf8'));
    if (startTime(follower.pid) !== follower.startTime) return undefined;
    signalProcess(follower.pid, 'SIGTERM');
    return Date.now();
  } catch {
    return undefined;
  }
}
