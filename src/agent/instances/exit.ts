import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { InstanceTrouble } from './status.ts';

/** How a program ended. Both are null when nobody could see it: it outlived the agent that had started it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly isOutOfMemory: boolean;
}

/** How a program ended whose end nobody saw. */
export const unseenExit: Exit = { code: null, signal: null, isOutOfMemory: false };

/** The end of a program in words, with its last output. A signal counts as 128 + its number, as in shells. */
export function troubleOfExit(exit: Exit, lastLine: string | undefined): InstanceTrouble {
  const exitCode = exit.code ?? (exit.signal ? 128 + constants.signals[exit.signal] : undefined);
  const said =
    lastLine === undefined || lastLine === '' ? '' : `; its last output: ${lastLine.slice(0, 500)}`;
  return {
    kind: exit.isOutOfMemory ? 'out-of-memory' : 'crashed',
    text: `${howItEnded(exit)}${said}`,
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function howItEnded({ code, signal, isOutOfMemory }: Exit): string {
  const how =
    code === null && signal === null
      ? 'the process ended while no agent ran'
      : signal
        ? `the process was ended by ${signal}`
        : `the process ended with exit code ${code}`;
  if (isOutOfMemory) return `${how}: out of memory`;
  if (code === 127) return `${how} (the program was not found)`;
  if (code === 126) return `${how} (the program cannot be executed)`;
  return how;
}

/**
 * Whether a program that ended ran out of memory: the system killed something since (`killsBefore`, `killsAfter`), or
 * its own runtime gave up and said so.
 */
export function isOutOfMemory(
  exit: Pick<Exit, 'code' | 'signal'>,
  kills: { readonly before: number; readonly after: number },
  lastLines: string,
): boolean {
  const wasKilled = exit.signal === 'SIGKILL' || exit.code === 137;
  if (wasKilled) return kills.after > kills.before;
  const gaveUp = exit.signal === 'SIGABRT' || exit.code === 134;
  return gaveUp && /heap out of memory|out of memory/i.test(lastLines);
}

/** How often the system has ended a process of this control group, or of the machine, for want of memory. Linux only; 0 elsewhere. */
export function memoryKills(): number {
  if (process.platform !== 'linux') return 0;
  return countIn('/proc/vmstat') + countIn(eventsFile());
}

let knownEventsFile: string | undefined;

function eventsFile(): string {
  if (knownEventsFile === undefined) {
    const group = /^0::(.*)$/m.exec(read('/proc/self/cgroup'))?.[1] ?? '/';
    knownEventsFile = `/sys/fs/cgroup${group === '/' ? '' : group}/memory.events`;
  }
  return knownEventsFile;
}

function countIn(file: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(read(file))?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
