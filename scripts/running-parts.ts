import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../src/config/index.ts';
import { compose, type Server } from '../src/main.ts';
import { corePermissions } from '../src/management/index.ts';
import { dumpSchema } from '../src/storage/index.ts';

/** What is read off a server that is composed for this and never listens: its schema and its routes. */
async function withServer<T>(read: (server: Server) => Promise<T> | T): Promise<T> {
  const data = await mkdtemp(join(tmpdir(), 'slipway-generate-'));
  const { configuration } = await loadConfiguration({ environment: {}, folder: data });
  const server = await compose({ ...configuration, data, logLevel: 'silent', drainSeconds: 0 });
  try {
    return await read(server);
  } finally {
    await server.close();
    await rm(data, { recursive: true, force: true });
  }
}

/** The tables of every room, for reading and for comparing. */
export const schemaText = (): Promise<string> =>
  withServer(
    async ({ parts }) =>
      `-- Made by npm run generate from the migrations. SQLite; PostgreSQL differs in types only.\n\n${(await dumpSchema(parts.storage)).trim()}\n`,
  );

/** Every route that nobody has to be known for, with the reason. */
export const openRoutesTable = (): Promise<string> =>
  withServer(({ app }) => {
    const open = app.routeTable.filter((route) => route.open !== undefined && route.method !== 'HEAD');
    const rows = open.map(({ method, url, open: reason }) => `| \`${method} ${url}\` | ${reason} |`);
    return ['| route | why it is open |', '| --- | --- |', ...[...new Set(rows)].sort()].join('\n');
  });

/** The permissions of the core, what each is for, and which of its roles have it. */
export function permissionsTable(): string {
  const rows = Object.entries(corePermissions).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return ['| permission | lets one |', '| --- | --- |', ...rows].join('\n');
}
