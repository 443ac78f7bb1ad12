// Builds dist/: the server with its command line (slipway.mjs and its chunks), the agent, the router and `np` (one file
// each that needs nothing beside it: slipway-agent.mjs, slipway-router.mjs, np.mjs), the worker threads' programs and the
// console.
// `--if-stale` does nothing when nothing changed.
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestChange, workerEntries } from './sources.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampName = '.build.json';

/**
 * Packages that stay outside of the bundle because they have native binaries. Everything else that is imported at the
 * start is bundled, because hundreds of small files cost most of it.
 */
const external = ['@photostructure/sqlite'];

/** What is imported lazily is needed by few installations, or seldom: it stays a package, loaded when it is asked for. */
const lazyPackagesStayOutside = {
  name: 'lazy-packages-stay-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** Read by the server, too, which bundles the agent by itself when it runs from sources. */
const agentOptions = createRequire(import.meta.url)('../src/http/agents/bundle.json');

const server = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  // Flat, so that what a chunk finds beside itself (the console, the agent) is where the entry would find it.
  chunkNames: '[name]-[hash]',
  external,
  plugins: [lazyPackagesStayOutside],
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // Packages in the older module form ask for Node's built-ins by `require`.
  banner: agentOptions.banner,
};

const agent = {
  ...agentOptions,
  entryPoints: { 'slipway-agent': join(root, 'src/agent/main.ts') },
  outExtension: { '.js': '.mjs' },
  metafile: true,
};

const router = {
  ...agent,
  entryPoints: { 'slipway-router': join(root, 'src/router/main.ts') },
  banner: { js: '#!/usr/bin/env node' },
};

const np = {
  ...agent,
  entryPoints: { np: join(root, 'src/np/np.ts') },
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

/** Builds the bundles into a folder; `write: false` only tells what would be in them. */
export async function buildBundles({ write, outdir = dist }) {
  const { build } = await import('esbuild');
  const entryPoints = { slipway: join(root, 'src/cli/slipway.ts'), ...(await workerEntries(root)) };
  const [serverResult, agentResult, routerResult, npResult] = await Promise.all([
    build({ ...server, entryPoints, outdir, write }),
    build({ ...agent, outdir, write }),
    build({ ...router, outdir, write }),
    build({ ...np, outdir, write }),
  ]);
  return {
    server: packagesOf(serverResult.metafile),
    agent: packagesOf(agentResult.metafile),
    router: packagesOf(routerResult.metafile),
    np: packagesOf(npResult.metafile),
  };
}

async function buildConsole(outDir) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'console/vite.config.ts'), logLevel: 'warn', build: { outDir } });
}

/** Builds everything beside dist/ and then puts it in its place, so that nobody ever sees half of it. */
export async function buildAll() {
  const changed = await newestChange(root);
  const fresh = `${dist}-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await Promise.all([buildBundles({ write: true, outdir: fresh }), buildConsole(join(fresh, 'console'))]);
  // The page at /docs is a package for development only: installations without those get it from here.
  const viewer = join(root, 'node_modules/swagger-ui-dist');
  await mkdir(join(fresh, 'docs-viewer'));
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
    await copyFile(join(viewer, file), join(fresh, 'docs-viewer', file));
  }
  for (const program of ['slipway.mjs', 'np.mjs']) await chmod(join(fresh, program), 0o755);
  await writeFile(join(fresh, stampName), JSON.stringify({ changed }));
  await rename(dist, `${fresh}-old`).catch(() => {});
  await rename(fresh, dist);
  await rm(`${fresh}-old`, { recursive: true, force: true });
}

/** Whether a source is newer than what was built. */
export async function isStale() {
  try {
    return JSON.parse(await readFile(join(dist, stampName), 'utf8')).changed !== (await newestChange(root));
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
