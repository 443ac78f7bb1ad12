// Builds dist/: the server with its command line (slipway.mjs and its chunks), the agent (one file without any
// package, slipway-agent.mjs), the worker threads' programs and the console. `--if-stale` does nothing when nothing changed.
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestChange, workerEntries } from './sources.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.build.json');

/**
 * Packages that stay outside of the bundle: with native binaries, or heavy and imported lazily by few installations.
 * Everything else is bundled, because hundreds of small files cost most of the start.
 */
const external = [
  '@photostructure/sqlite',
  '@aws-sdk/*',
  'pg',
  'pg-native',
  'esbuild',
  '@scalar/api-reference',
];

const server = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  // Flat, so that what a chunk finds beside itself (the console, the agent) is where the entry would find it.
  chunkNames: '[name]-[hash]',
  external,
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // Packages in the older module form ask for Node's built-ins by `require`.
  banner: {
    js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);",
  },
};

const agent = {
  entryPoints: { 'slipway-agent': join(root, 'src/agent/main.ts') },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  minify: true,
  metafile: true,
  logLevel: 'warning',
  banner: { js: '#!/usr/bin/env node' },
};

/** The packages in a bundle and those that it asks for from outside, sorted. */
export function packagesOf(metafile) {
  const bundled = Object.keys(metafile.inputs)
    .map((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1])
    .filter((name) => name !== undefined);
  const outside = Object.values(metafile.outputs)
    .flatMap((output) => output.imports)
    .filter((imported) => imported.external && !isBuiltIn(imported.path))
    .map((imported) => /^(@[^/]+\/)?[^/]+/.exec(imported.path)?.[0]);
  return { bundled: [...new Set(bundled)].sort(), external: [...new Set(outside)].sort() };
}

function isBuiltIn(path) {
  return path.startsWith('node:') || builtinModules.includes(path);
}

/** Builds the bundles; `write: false` only tells what would be in them. */
export async function buildBundles({ write }) {
  const { build } = await import('esbuild');
  const entryPoints = { slipway: join(root, 'src/cli/slipway.ts'), ...(await workerEntries(root)) };
  const [serverResult, agentResult] = await Promise.all([
    build({ ...server, entryPoints, write }),
    build({ ...agent, write }),
  ]);
  return { server: packagesOf(serverResult.metafile), agent: packagesOf(agentResult.metafile) };
}

async function buildConsole() {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'console/vite.config.ts'), logLevel: 'warn' });
}

/** Builds everything into an empty dist/. */
export async function buildAll() {
  const changed = await newestChange(root);
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await Promise.all([buildBundles({ write: true }), buildConsole()]);
  // The page at /docs is a package for development only: installations without those get it from here.
  const viewer = createRequire(import.meta.url).resolve('@scalar/api-reference/dist/browser/standalone.js');
  await copyFile(viewer, join(dist, 'docs-viewer.js'));
  await chmod(join(dist, 'slipway.mjs'), 0o755);
  await writeFile(stampFile, JSON.stringify({ changed }));
}

/** Whether a source is newer than what was built. */
export async function isStale() {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8')).changed !== (await newestChange(root));
  } catch {
    return true;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--if-stale') && !(await isStale())) process.exit(0);
  const began = performance.now();
  await buildAll();
  console.log(`built dist/ in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
