import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * When a process started, as text that is equal only for the same process of the same boot; undefined when there is no
 * such process (or it is a zombie). A process id alone may have been given to another process since.
 */
export function startTime(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = readStat(pid);
    return stat && `${bootId()}:${stat.startTicks}`;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ids of the living processes that belong to a step: members of its process group, and those whose environment
 * carries `variable` (`NAME=value`), however they detached themselves. Zombies are left out. On macOS environments
 * cannot be read: there only the group is known.
 */
export function stepProcesses(groupId: number | undefined, variable: string): number[] {
  if (process.platform !== 'linux') return groupId !== undefined && groupLives(groupId) ? [groupId] : [];
  const found: number[] = [];
  for (const pid of allProcesses()) {
    const stat = readStat(pid);
    if (stat && (stat.group === groupId || carries(pid, variable))) found.push(pid);
  }
  return found;
}

/** Every value that `name` has in the environment of a living process. Linux only; undefined elsewhere. */
export function environmentValues(name: string): Set<string> | undefined {
  if (process.platform !== 'linux') return undefined;
  const values = new Set<string>();
  for (const pid of allProcesses()) {
    for (const entry of readEnvironment(pid).split('\0')) {
      if (entry.startsWith(`${name}=`)) values.add(entry.slice(name.length + 1));
    }
  }
  return values;
}

/** What the processes of a session use together. */
export interface SessionUsage {
  /** When its leader started, in ticks after the start of the machine; undefined when that has ended. */
  readonly startTicks: string | undefined;
  /** Processor time since they started, with that of their children that have ended. */
  readonly cpuMilliseconds: number;
  readonly residentBytes: number;
}

/** Linux counts processor time for programs in hundredths of a second, whatever its kernel's own clock. */
const tickMilliseconds = 10;

/** What these sessions use, by the process id of their leaders; without those that have no process. Linux only. */
export function sessionUsage(leaders: ReadonlySet<number>): Map<number, SessionUsage> {
  const sums = new Map<number, SessionUsage>();
  if (process.platform !== 'linux' || leaders.size === 0) return sums;
  for (const pid of allProcesses()) {
    const stat = readStat(pid);
    if (!stat || !leaders.has(stat.session)) continue;
    const sum = sums.get(stat.session) ?? { startTicks: undefined, cpuMilliseconds: 0, residentBytes: 0 };
    sums.set(stat.session, {
      startTicks: pid === stat.session ? stat.startTicks : sum.startTicks,
      cpuMilliseconds: sum.cpuMilliseconds + stat.cpuTicks * tickMilliseconds,
      residentBytes: sum.residentBytes + residentBytes(pid),
    });
  }
  return sums;
}

function residentBytes(pid: number): number {
  try {
    return (
      1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
    );
  } catch {
    return 0;
  }
}

/** Sends `signal` to a process group (negative id) or process; a missing one is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or not ours to end: what is left is looked for again by the caller.
  }
}

function groupLives(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch {
    return false;
  }
}

function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function carries(pid: number, variable: string): boolean {
  return `\0${readEnvironment(pid)}`.includes(`\0${variable}\0`);
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

interface Stat {
  readonly group: number;
  readonly session: number;
  /** In user and kernel, its own and of children that it has waited for. */
  readonly cpuTicks: number;
  readonly startTicks: string;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command's name stands in brackets and may hold anything, so fields are counted behind the last bracket.
  const [state, , group, session, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X' || group === undefined) return undefined;
  const cpuTicks = rest.slice(7, 11).reduce((sum, ticks) => sum + Number(ticks), 0);
  return { group: Number(group), session: Number(session), cpuTicks, startTicks: rest[15] ?? '' };
}

let knownBootId: string | undefined;

/** Differs after every start of the machine; undefined where the system does not tell (macOS). */
export function bootId(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return knownBootId;
}
