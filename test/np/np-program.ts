import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
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

/** Bundles it into a temporary folder. */
export async function bundleNp(): Promise<NpProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'np-program-'));
  const program = join(folder, 'np');
  await build({
    entryPoints: [join(root, 'src/np/np.ts')],
    outfile: `${program}.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
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
