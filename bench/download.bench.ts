import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import autocannon from 'autocannon';
import Fastify from 'fastify';
import { benchKeys, startBuiltServer } from './built-server.ts';
import { judge, median, tell } from './report.ts';

/** Downloads of one 8 MiB binary, beside @fastify/static serving the same bytes in a process of its own. */
if (process.argv[2] === 'static') await serveStatic(process.argv[3] ?? '');
else await compare();

async function serveStatic(folder: string): Promise<void> {
  const app = Fastify();
  await app.register(fastifyStatic, { root: folder });
  process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
}

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-download-'));
  const content = randomBytes(8 * 1024 * 1024);
  await writeFile(join(folder, 'file.bin'), content);
  const plain = spawn(process.execPath, ['--import', 'tsx', import.meta.filename, 'static', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(plain.stdout, 'data')) as [Buffer];
  const server = await startBuiltServer();
  try {
    const url = await upload(server.base, content);
    const ratios: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const theirs = await megabytesPerSecond(`${line.toString().trim()}/file.bin`);
      const ours = await megabytesPerSecond(url);
      tell(`@fastify/static ${theirs.toFixed(0)} MB/s, download ${ours.toFixed(0)} MB/s`);
      ratios.push(ours / theirs);
    }
    judge('download ÷ @fastify/static, median', median(ratios), { atLeast: 0.9 });
  } finally {
    plain.kill();
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  }
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

async function megabytesPerSecond(url: string): Promise<number> {
  const result = await autocannon({ url, connections: 8, duration: 4 });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} answers of ${url} were no success`);
  return result.throughput.average / 1e6;
}
