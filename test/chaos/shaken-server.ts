import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.ts';
import { freshDatabase, startPostgres } from '../harness/postgres.ts';
import { until } from '../harness/waiting.ts';
import { Restartable } from './process.ts';

/** The databases under which things are killed. */
export type Engine = 'sqlite' | 'postgres';

/** Takes what is to be undone when the test is over, last first. */
export type AtEnd = (cleanup: () => Promise<unknown>) => void;

/** A server of the build with a folder of its own, ready for its first start. */
export interface ShakenServer {
  readonly base: string;
  readonly folder: string;
  readonly data: string;
  readonly databaseUrl: string;
  readonly process: Restartable;
  /** Resolves when it can serve. */
  ready(): Promise<void>;
}

/**
 * Prepares a server; `declarationOf` is given the folder that goes at the end. It starts no router, unless `settings`
 * say so.
 */
export async function prepareServer(
  engine: Engine,
  declarationOf: (folder: string) => unknown,
  atEnd: AtEnd,
  settings: Readonly<Record<string, string>> = { SLIPWAY_ROUTER: '0' },
): Promise<ShakenServer> {
  const bundle = 'dist/slipway.mjs';
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run \`npm run build\` first`);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-chaos-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'declaration.json'), JSON.stringify(declarationOf(folder)));
  const data = join(folder, 'data');
  const databaseUrl =
    engine === 'postgres' ? await postgresDatabase(atEnd) : `sqlite:${join(data, 'slipway.db')}`;
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const environment = {
    SLIPWAY_PORT: String(port),
    SLIPWAY_DATA: data,
    SLIPWAY_DECLARATION: join(folder, 'declaration.json'),
    ...settings,
    ...(engine === 'postgres' && { SLIPWAY_DATABASE_URL: databaseUrl }),
  };
  const process = new Restartable([bundle, 'server'], environment, join(folder, 'server.log'));
  atEnd(() => process.kill());
  const answers = async () => (await fetch(`${base}/readyz`).catch(() => undefined))?.ok || undefined;
  return {
    base,
    folder,
    data,
    databaseUrl,
    process,
    ready: async () => void (await until(answers, `${base}/readyz to answer`)),
  };
}

async function postgresDatabase(atEnd: AtEnd): Promise<string> {
  const cluster = await startPostgres();
  atEnd(() => cluster.stop());
  return await freshDatabase(cluster.url);
}
