import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchKeys, startBuiltServer } from './built-server.ts';
import { race, startStatic } from './static-race.ts';

/** Downloads of one 8 MiB binary, beside @fastify/static serving the same bytes in a process of its own. */
const folder = await mkdtemp(join(tmpdir(), 'slipway-download-'));
const content = randomBytes(8 * 1024 * 1024);
await writeFile(join(folder, 'file.bin'), content);
const plain = await startStatic(folder);
const server = await startBuiltServer();
try {
  await race({
    ...{ what: 'download', name: 'download', connections: 8, seconds: 4, atLeast: 0.9 },
    ...{ theirs: `${plain.base}/file.bin`, ours: await upload(server.base, content) },
  });
} finally {
  plain.stop();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}

async function upload(base: string, content: Buffer): Promise<string> {
  const form = new FormData();
  form.set('binaryFile', new Blob([content]), 'file.bin');
  form.set('applicationType', 'server');
  const url = `${base}/api/v1.0/projects/${benchKeys.appKey}/artifacts/1/binary-group/4`;
  const answer = (await (await fetch(url, { method: 'POST', body: form })).json()) as {
    body: { downloadUrl: string };
  };
  return answer.body.downloadUrl;
}
