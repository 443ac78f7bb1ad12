import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { version as release } from '../../../package.json';
import options from './bundle.json';

/** The agent's program as it is handed out. */
export interface AgentProgram {
  readonly bytes: Buffer;
  /** What the program says of itself with `--version`. */
  readonly version: string;
  readonly etag: string;
}

const isSource = import.meta.url.endsWith('.ts');
let program: Promise<AgentProgram> | undefined;
let loaded: AgentProgram | undefined;

/** The agent's program: the built file beside the server's, or, from sources, bundled at the first call. */
export function agentProgram(): Promise<AgentProgram> {
  program ??= load().then(
    (value) => {
      loaded = value;
      return value;
    },
    (error: unknown) => {
      program = undefined;
      throw error;
    },
  );
  return program;
}

/**
 * The version that agents should have, as far as it is known: at once with a built server; from sources only after
 * somebody fetched the program, so that polls do not wait for a bundler.
 */
export function handedOutVersion(): string | undefined {
  if (!loaded && !isSource) agentProgram().catch(() => {});
  return loaded?.version;
}

async function load(): Promise<AgentProgram> {
  const bytes = isSource ? await bundle() : await readFile(new URL('./slipway-agent.mjs', import.meta.url));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // The same rule as in the agent's own version.ts.
  return { bytes, version: `${release}+${sha256.slice(0, 12)}`, etag: `"${sha256}"` };
}

async function bundle(): Promise<Buffer> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../agent/main.ts', import.meta.url))],
    // The same that `npm run build` goes by.
    ...(options as BuildOptions),
    write: false,
    logLevel: 'silent',
  });
  return Buffer.from((outputFiles[0] as { contents: Uint8Array }).contents);
}
