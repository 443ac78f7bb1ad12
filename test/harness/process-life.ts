import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether the process lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\d+ \(.*\) [ZX]/s.test(stat);
  } catch {
    return false;
  }
}

/** Ends a process at once if its command line holds `text`: a number that was noted may be that of another one since. */
export function endIfRunning(pid: number, text: string): void {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** The processes that this one has started and whose command line holds `text`. */
export function childrenOfThis(text: string): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)])
      .toString()
      .split('\n')
      .filter((line) => line.includes(text))
      .map((line) => Number.parseInt(line, 10));
  } catch {
    return [];
  }
}
