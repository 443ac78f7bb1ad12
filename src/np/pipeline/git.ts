import { execFile } from 'node:child_process';

/** What git says of a folder, first line; undefined where there is no git, no repository, or no answer. */
export async function askGit(folder: string, ...words: readonly string[]): Promise<string | undefined> {
  return await new Promise((resolve) => {
    execFile('git', words, { cwd: folder }, (error, stdout) => {
      const line = error ? '' : stdout.trim();
      resolve(line === '' ? undefined : line);
    });
  });
}
