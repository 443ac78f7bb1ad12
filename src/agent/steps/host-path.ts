import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { StepError } from './outcome.ts';

/** An absolute path: `~` at the start is the home of the agent's user, and what is relative begins there too. */
export function hostPath(path: string): string {
  if (path.includes('\0')) throw new StepError('The path holds a NUL character');
  if (path === '~') return homedir();
  if (path.startsWith('~/')) return resolve(join(homedir(), path.slice(2)));
  if (path.startsWith('~')) {
    throw new StepError(
      `${path}: only ~ and ~/ are known, not the home of another user; give the whole path`,
    );
  }
  return resolve(homedir(), path);
}
