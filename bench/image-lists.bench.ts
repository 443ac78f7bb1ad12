import { fillFolder } from '../test/harness/filled-library.ts';
import { startServer, type TestServer } from '../test/harness/server.ts';
import { judge, median, tell } from './report.ts';

/**
 * `GET /folders` (contract nhn-image-manager 3.2) with 1,000 files in a folder and with 1,000,000: first, middle and
 * last pages of a hundred, by name and by date in both directions, and of thumbnails only. Totals are exact in both.
 * A search by name looks at every name of the folder; what it costs is told, not judged.
 */
const calls = 120;
const service = { appKey: 'imgAppKey0000001', secretKey: 'imgSecret0000000000000000000001' };
const declaration = { imageManager: { services: [{ name: 'shop', ...service, container: 'aaaaach' }] } };
const rows = 100;

const few = await filled(1_000);
const many = await filled(1_000_000);
try {
  for (const sort of ['name:asc', 'name:desc', 'date:asc', 'date:desc']) {
    for (const [place, part] of [
      ['first', 0],
      ['middle', 0.5],
      ['last', 1],
    ] as const) {
      await compare(`${sort}, ${place} page`, part, { sort });
    }
  }
  await compare('thumbnails only, middle page', 0.5, { sort: 'name:asc', createdBy: 'P' });
  const search = await timed(many, 1_000_000, 0, { sort: 'name:asc', name: '99999' });
  tell(`a search among 1,000,000 names, off the main thread: ${search.toFixed(0)} ms`);
} finally {
  await few.close();
  await many.close();
}

async function compare(what: string, part: number, query: Record<string, string>): Promise<void> {
  const [small, large]: [number[], number[]] = [[], []];
  // One after the other, so that whatever else the machine does falls on both.
  for (let call = 0; call < calls; call += 1) {
    small.push(await timed(few, 1_000, part, query));
    large.push(await timed(many, 1_000_000, part, query));
  }
  tell(`${what}: ${median(small).toFixed(2)} ms with 1,000, ${median(large).toFixed(2)} ms with 1,000,000`);
  judge(`${what}, 1,000,000 ÷ 1,000`, median(large) / median(small), { atMost: 2 });
}

async function filled(files: number): Promise<TestServer> {
  const server = await startServer({ declaration });
  const answer = await call(server, '/folders', { method: 'POST', json: { path: '/photos' } });
  if (answer.json?.header?.resultCode !== 0) throw new Error(answer.text);
  const { storage } = server.server.parts;
  const library = await storage.read(async (reader) => {
    const row = await reader
      .tables<{ media_library: { id: string } }>()
      .selectFrom('media_library')
      .select('id')
      .executeTakeFirstOrThrow();
    return row.id;
  });
  await fillFolder(storage, { library, folder: '/photos', files });
  return server;
}

/** One page of a hundred; `part` says how far into the pages it lies, 0 the first, 1 the last. */
async function timed(
  server: TestServer,
  files: number,
  part: number,
  query: Record<string, string>,
): Promise<number> {
  const shown = query.createdBy === 'P' ? Math.ceil(files / 3) : files;
  const page = 1 + Math.floor(part * (Math.floor(shown / rows) - 1));
  const text = new URLSearchParams({ basepath: '/photos', rows: String(rows), page: String(page), ...query });
  const began = performance.now();
  const answer = await call(server, `/folders?${text}`, {});
  const milliseconds = performance.now() - began;
  const isSearch = query.name !== undefined;
  if (!isSearch && (answer.json?.paging?.totalFileCount !== shown || answer.json.files.length !== rows))
    throw new Error(`an unexpected answer: ${answer.text.slice(0, 300)}`);
  return milliseconds;
}

function call(server: TestServer, path: string, options: { method?: string; json?: unknown }) {
  return server.call(`/image/v2.0/appkeys/${service.appKey}${path}`, {
    ...options,
    headers: { authorization: service.secretKey },
  });
}
