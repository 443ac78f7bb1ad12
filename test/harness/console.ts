import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** Builds `console/` to `dist/console`, where a server that runs from sources finds it too, unless it is there and newer than its sources. Answers the folder. */
export async function buildConsole(): Promise<string> {
  const folder = join(root, 'dist', 'console');
  const built = await stat(join(folder, 'index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const sources = join(root, 'console');
  const files = await readdir(sources, { recursive: true });
  const times = await Promise.all(files.map(async (file) => (await stat(join(sources, file))).mtimeMs));
  if (Math.max(...times) > built)
    await build({ configFile: join(sources, 'vite.config.ts'), logLevel: 'silent' });
  return folder;
}
