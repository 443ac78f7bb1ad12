import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isSource = import.meta.url.endsWith('.ts');

/** The file of the router's program: the built one beside the server's, or, from sources, bundled into `folder`. */
export async function routerProgram(folder: string): Promise<string> {
  if (!isSource) return fileURLToPath(new URL('./slipway-router.mjs', import.meta.url));
  const { build } = await import('esbuild');
  const outfile = join(folder, 'slipway-router.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../router/main.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    banner: { js: '#!/usr/bin/env node' },
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}
