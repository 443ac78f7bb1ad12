import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { pause } from '../../calls/index.ts';
import { endProcesses } from '../process-end.ts';
import { startTime, stepProcesses } from '../process-table.ts';
import { type Exit, isOutOfMemory, memoryKills, unseenExit } from './exit.ts';
import type { RunningNote } from './record.ts';
import { CannotRunError, type Running } from './running.ts';

/** Carries an instance's mark in the environment of all its processes. */
export const instanceVariable = 'SLIPWAY_INSTANCE';

const watchMilliseconds = 200;
/** What is left of a program that crashed is given this long to end. */
const stragglerMilliseconds = 1000;

/** A program to run. */
export interface Program {
  /** For `/bin/sh -c`. */
  readonly text: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly handles: readonly [stdout: number, stderr: number];
  /** The last lines that it wrote. */
  readonly tail: () => string;
}

/** Starts a program in a session of its own, so that it outlives the agent. Throws a CannotRunError. */
export async function startProcess(program: Program): Promise<Running> {
  const killsBefore = memoryKills();
  const child = spawn('/bin/sh', ['-c', program.text], {
    cwd: program.directory,
    detached: true,
    stdio: ['ignore', ...program.handles],
    env: { ...inherited(), ...program.environment, [instanceVariable]: program.mark },
  });
  const exit = new Promise<Pick<Exit, 'code' | 'signal'>>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new CannotRunError(`the program cannot be started: ${error.message}`)),
    );
  });
  child.unref();
  const pid = child.pid as number;
  const note = {
    kind: 'process',
    pid,
    startTime: startTime(pid),
    at: Date.now(),
    memoryKills: killsBefore,
  } as const;
  return watched(note, program, async (watch) => {
    const { code, signal } = await exit;
    // A program that ends well and leaves processes behind has only moved to the background; one that crashes has not.
    if (code === 0) await restEnds(program.mark, watch);
    return { code, signal };
  });
}

/** The program that an earlier agent process started, if anything of it lives: its own process, or others with its mark. */
export function adoptProcess(
  note: Extract<RunningNote, { kind: 'process' }>,
  program: Pick<Program, 'mark' | 'tail'>,
): Running | undefined {
  const isLeader = note.startTime !== undefined && startTime(note.pid) === note.startTime;
  if (!isLeader && rest(program.mark).length === 0) return undefined;
  return watched(note, program, async (watch) => {
    await ends(note.pid, note.startTime, watch);
    await restEnds(program.mark, watch);
    return unseenExit;
  });
}

/** Ends whatever carries the mark, whoever started it. */
export async function endMarked(mark: string, graceMilliseconds: number): Promise<void> {
  await endProcesses({ groupId: undefined, variable: `${instanceVariable}=${mark}` }, graceMilliseconds);
}

/** What the waiting for an end looks at: it is given up when the agent stops, or when everything was ended. */
interface Watch {
  isReleased: boolean;
}

function watched(
  note: Extract<RunningNote, { kind: 'process' }>,
  program: Pick<Program, 'mark' | 'tail'>,
  waitForEnd: (watch: Watch) => Promise<Pick<Exit, 'code' | 'signal'>>,
): Running {
  const watch: Watch = { isReleased: false };
  let isEnding = false;
  const ended = new Promise<Exit>((resolve) => {
    void waitForEnd(watch).then(async (exit) => {
      if (watch.isReleased) return;
      if (!isEnding) await endMarked(program.mark, stragglerMilliseconds);
      const kills = { before: note.memoryKills, after: memoryKills() };
      resolve({ ...exit, isOutOfMemory: isOutOfMemory(exit, kills, program.tail()) });
    });
  });
  return {
    note,
    pid: note.pid,
    ended,
    async end(graceMilliseconds) {
      isEnding = true;
      const isOurs = note.startTime !== undefined && startTime(note.pid) === note.startTime;
      await endProcesses(
        { groupId: isOurs ? note.pid : undefined, variable: `${instanceVariable}=${program.mark}` },
        graceMilliseconds,
      );
    },
    release() {
      watch.isReleased = true;
    },
  };
}

/** Resolves when the process lives no more. */
async function ends(pid: number, started: string | undefined, watch: Watch): Promise<void> {
  while (!watch.isReleased && started !== undefined && startTime(pid) === started) {
    await pause(watchMilliseconds);
  }
}

/** Resolves when no process carries the mark. One at a time is watched, which costs less than looking for all. */
async function restEnds(mark: string, watch: Watch): Promise<void> {
  for (let [pid] = rest(mark); pid !== undefined && !watch.isReleased; [pid] = rest(mark)) {
    await ends(pid, startTime(pid), watch);
  }
}

function rest(mark: string): number[] {
  return stepProcesses(undefined, `${instanceVariable}=${mark}`);
}

/** The least that programs expect; nothing else of the agent's environment reaches them. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, LANG, HOME } = process.env;
  return {
    PATH: PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: HOME ?? homedir(),
    ...(LANG === undefined ? {} : { LANG }),
  };
}
