import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { AgentError, exitCodes } from './agent-error.ts';
import { startTime } from './process-table.ts';

/**
 * Takes the state folder for this process; the returned function gives it back. The lock of a process that lives no
 * more is taken over. Throws an AgentError that names the holder.
 */
export function lockState(file: string): () => void {
  const own = `${file}.${process.pid}`;
  const content = JSON.stringify({ pid: process.pid, startTime: startTime(process.pid) });
  writeFileSync(own, content, { mode: 0o600 });
  try {
    // A link appears with its content or not at all, and never replaces a lock that is there.
    while (!tryLink(own, file)) {
      const holder = readHolder(file);
      if (holder && startTime(holder.pid) === holder.startTime) {
        throw new AgentError(
          exitCodes.stateInUse,
          `Another agent (process ${holder.pid}) uses this state folder: stop it, or give this one its own --state. Lock: ${file}`,
        );
      }
      discardStale(file, own);
    }
  } finally {
    unlinkSync(own);
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) unlinkSync(file);
  };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): { pid: number; startTime: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function discardStale(file: string, own: string): void {
  try {
    renameSync(file, `${own}.stale`);
    const moved = readHolder(`${own}.stale`);
    // Somebody may have taken the lock over between our look and our move: then it goes back.
    if (moved && startTime(moved.pid) === moved.startTime) tryLink(`${own}.stale`, file);
    unlinkSync(`${own}.stale`);
  } catch {
    // Another process discarded it first; the next link decides who holds it.
  }
}
