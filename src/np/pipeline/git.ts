import { execFile } from 'node:child_process';
import type { Runtime } from '../runtime.ts';

/** What git says of the working folder; undefined where there is no git, no repository, or no answer. */
export async function askGit(
  { folder, environment }: Pick<Runtime, 'folder' | 'environment'>,
  ...words: readonly string[]
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    execFile('git', words, { cwd: folder, env: environment as NodeJS.ProcessEnv }, (error, stdout) => {
      const line = error ? '' : stdout.trim();
      resolve(line === '' ? undefined : line);
    });
  });
}
