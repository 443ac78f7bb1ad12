import { spawn } from 'node:child_process';
import { failure } from '../np-error.ts';
import type { Output, Runtime } from '../runtime.ts';

const engines = ['docker', 'podman'] as const;

/**
 * Tags the image with where it goes and pushes it, through docker or podman, whichever has it. Answers why not, where
 * neither is there or has it; throws when the push fails.
 */
export async function pushImage(
  { environment, folder, stderr }: Pick<Runtime, 'environment' | 'folder' | 'stderr'>,
  source: string,
  target: string,
): Promise<string | undefined> {
  const present: string[] = [];
  const run = (engine: string, words: readonly string[], output?: Output) =>
    runEngine(engine, words, { env: environment as NodeJS.ProcessEnv, cwd: folder }, output);
  for (const engine of engines) {
    const inspected = await run(engine, ['image', 'inspect', '--format', 'here', source]);
    if (inspected === 'absent') continue;
    present.push(engine);
    if (inspected !== 0) continue;
    if (source !== target && (await run(engine, ['tag', source, target], stderr)) !== 0) {
      throw failure(`${engine} could not tag ${source} as ${target}`);
    }
    if ((await run(engine, ['push', target], stderr)) !== 0) {
      throw failure(`${engine} could not push ${target}; nothing was registered`);
    }
    return undefined;
  }
  return present.length === 0
    ? 'neither docker nor podman is on this machine'
    : `${present.join(' and ')} ${present.length === 1 ? 'has' : 'have'} no image ${source} here`;
}

async function runEngine(
  engine: string,
  words: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string },
  output: Output | undefined,
): Promise<number | 'absent'> {
  return await new Promise((resolve, reject) => {
    const child = spawn(engine, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => output?.write(text));
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve('absent');
      else reject(failure(`${engine} could not be run: ${error.message}`));
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
