import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../repository/sources.ts';

/** The program as users have it: one file on the PATH of a shell. */
export interface NpProgram {
  readonly folder: string;
  /** Runs lines of bash in which `np` is the program; answers what they printed and the exit status of the last. */
  shell(
    lines: string,
    options?: { env?: Readonly<Record<string, string>>; folder?: string },
  ): Promise<{ code: number; stdout: string; stderr: string }>;
  remove(): Promise<void>;
}

/** Puts the program as it is shipped into a temporary folder. */
export async function installNp(): Promise<NpProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'np-program-'));
  const program = join(folder, 'np');
  await copyFile(join(root, 'dist/np.mjs'), `${program}.mjs`);
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${program}.mjs' "$@"\n`);
  await chmod(program, 0o755);
  return {
    folder,
    shell: (lines, { env = {}, folder: cwd = folder } = {}) =>
      new Promise((resolve) => {
        const path = `${folder}:${process.env.PATH}`;
        const options = { cwd, env: { PATH: path, HOME: folder, ...env } };
        execFile('bash', ['-c', lines], options, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
          resolve({ code, stdout, stderr });
        });
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
