import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { ScriptStep } from '../../engine/steps/index.ts';
import { createMasker } from '../masker.ts';
import { OutputFollower, tailBytes } from '../output-follower.ts';
import { endProcesses } from '../process-end.ts';
import { hostPath } from './host-path.ts';
import { exited, inWords, StepError, type StepOutcome } from './outcome.ts';
import { scriptEnvironment } from './script-environment.ts';
import { scriptExtension, shellCommand } from './shell-command.ts';
import { markVariable, type StepContext } from './step-context.ts';

/** How often output is looked at; shorter while a step writes much, so that the file stays small. */
const followMilliseconds = 100;
const busyMilliseconds = 10;
/** How long a step that writes more than is worth reading waits to be passed on again. */
const floodMilliseconds = 500;
/** What is passed on at the end when the server has not taken earlier output yet (it is away): less, to bound the disk. */
const awayTailBytes = 65_536;

/**
 * Runs the text as one script: a file, because one argument is limited to 128 KiB and is seen by all users. Output
 * goes to files, not pipes: a daemon that the script leaves behind can write on, and nobody waits for it to end.
 */
export async function script(step: ScriptStep, context: StepContext): Promise<StepOutcome> {
  const directory = workingDirectory(step.workingDirectory);
  const folder = join(context.stepsFolder, context.mark);
  mkdirSync(folder, { mode: 0o700 });
  const file = join(folder, `script${scriptExtension(step.shell)}`);
  writeFileSync(file, step.text, { mode: 0o700 });
  const handles = [
    openSync(join(folder, 'stdout'), 'a+', 0o600),
    openSync(join(folder, 'stderr'), 'a+', 0o600),
  ] as const;
  const masker = () => createMasker(context.masked);
  const followers = [
    new OutputFollower(handles[0], masker(), context.stdout),
    new OutputFollower(handles[1], masker(), context.stderr),
  ];

  const stopFollowing = keepFollowing(followers, context.hasRoom);
  try {
    const outcome = await waitForEnd(start(step, context, { directory, file, handles }), step, context);
    return outcome.state === 'failed' && isFull(folder) ? onFullDisk(outcome) : outcome;
  } finally {
    stopFollowing();
    for (const follower of followers) follower.finish(context.hasRoom() ? tailBytes : awayTailBytes);
    if (context.signal.reason === 'timeout') context.stderr.write(timeoutNote(step.timeoutSeconds));
    rmSync(file, { force: true });
    for (const handle of handles) {
      // The folder itself is swept later: a process that was left behind may still write to these files.
      ftruncateSync(handle, 0);
      closeSync(handle);
    }
  }
}

/** Starts the shell in a group (and session) of its own, so that all of it can be ended together. */
function start(
  step: ScriptStep,
  context: StepContext,
  place: { directory: string; file: string; handles: readonly [number, number] },
): ChildProcess {
  const { program, args } = shellCommand(step.shell, place.file);
  try {
    return spawn(program, args, {
      cwd: place.directory,
      detached: true,
      stdio: ['ignore', ...place.handles],
      env: scriptEnvironment(process.env, step.environment ?? {}, context.mark),
    });
  } catch (error) {
    // What no system can start: a NUL character, or no program at all.
    throw new StepError(`The shell ${JSON.stringify(step.shell)} cannot be run: ${(error as Error).message}`);
  }
}

function isFull(folder: string): boolean {
  return statfsSync(folder).bavail === 0;
}

/** A script whose output the disk does not take fails by that, and has nowhere to say so. */
function onFullDisk(outcome: StepOutcome): StepOutcome {
  return {
    ...outcome,
    reasonText: `${outcome.reasonText}; no space is left on the disk of the agent's state`,
  };
}

function workingDirectory(given: string | undefined): string {
  const directory = hostPath(given ?? '~');
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    // A service account may have a home that was never made; only a directory that somebody asked for must be there.
    if (given === undefined) return '/';
    throw new StepError(`The working directory ${directory} does not exist on this host`);
  }
  return directory;
}

async function waitForEnd(child: ChildProcess, step: ScriptStep, context: StepContext): Promise<StepOutcome> {
  const end = new Promise<StepOutcome>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new StepError(`The shell ${step.shell} cannot be run: ${inWords(error)}`)),
    );
    child.once('exit', (code, signal) =>
      resolve(exited(code, signal, signal ? constants.signals[signal] : 0)),
    );
  });
  if (child.pid === undefined) return await end;
  const groupId = child.pid;
  context.noteSpawned(groupId);

  let ending: Promise<void> | undefined;
  const endNow = () => {
    ending ??= endProcesses(
      { groupId, variable: `${markVariable}=${context.mark}` },
      context.graceMilliseconds,
    );
  };
  if (context.signal.aborted) endNow();
  context.signal.addEventListener('abort', endNow);
  try {
    return await end;
  } finally {
    context.signal.removeEventListener('abort', endNow);
    await ending;
  }
}

/**
 * Follows until the returned function is called. What is written faster than anybody reads is passed on twice a second
 * at most, a MiB each time: all of it would only be cut by the server.
 */
function keepFollowing(followers: readonly OutputFollower[], hasRoom: () => boolean): () => void {
  let timer: NodeJS.Timeout;
  let notBefore = 0;
  const turn = () => {
    const passesOn = hasRoom() && Date.now() >= notBefore;
    const grown = followers.reduce((sum, follower) => sum + follower.follow(passesOn), 0);
    if (passesOn && grown > tailBytes) notBefore = Date.now() + floodMilliseconds;
    timer = setTimeout(turn, grown > tailBytes ? busyMilliseconds : followMilliseconds);
  };
  timer = setTimeout(turn, followMilliseconds);
  return () => clearTimeout(timer);
}

function timeoutNote(seconds: number): Buffer {
  return Buffer.from(
    `\nslipway: the script was not done within ${seconds} s; all its processes were ended.\n`,
  );
}
