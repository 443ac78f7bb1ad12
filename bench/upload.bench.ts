import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltServer, benchKeys, startBuiltServer } from './built-server.ts';
import { judge, median, tell } from './report.ts';

/** An upload of 1 GiB by curl, beside a plain loop that reads, hashes, writes and fsyncs the same file. */
const size = 1024 ** 3;
const rounds = 5;

const folder = await mkdtemp(join(tmpdir(), 'slipway-upload-'));
const source = join(folder, 'one-gibibyte.bin');
await makeFile(source);
const server = await startBuiltServer();
try {
  const ratios: number[] = [];
  const idle = await server.residentBytes();
  const highest = watchMemory(server);
  for (let round = 0; round < rounds; round += 1) {
    const plain = await timed(() => plainLoop(source, join(folder, 'copy.bin')));
    const upload = await timed(() => curlUpload(server, source));
    tell(`plain ${plain.toFixed(2)} s, upload ${upload.toFixed(2)} s`);
    ratios.push(upload / plain);
  }
  const single = highest.stop();
  judge('upload of 1 GiB ÷ plain loop, median', median(ratios), { atMost: 1.8 });
  judge('memory growth', (single - idle) / 1024 / 1024, { atMost: 64 }, ' MiB');

  const eight = watchMemory(server);
  const plain = await timed(() =>
    inParallel((index) => plainLoop(source, join(folder, `copy-${index}.bin`))),
  );
  const upload = await timed(() => inParallel(() => curlUpload(server, source)));
  tell(`eight in parallel: plain ${plain.toFixed(2)} s, upload ${upload.toFixed(2)} s`);
  judge('eight uploads in parallel ÷ eight plain loops', upload / plain, { atMost: 1.8 });
  judge('memory growth with eight', (eight.stop() - idle) / 1024 / 1024, { atMost: 64 }, ' MiB');
} finally {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
}

async function makeFile(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = randomBytes(8 * 1024 * 1024);
  for (let written = 0; written < size; written += block.length) await file.write(block);
  await file.close();
}

async function plainLoop(from: string, to: string): Promise<void> {
  const hash = createHash('sha256');
  const file = await open(to, 'w');
  for await (const chunk of createReadStream(from, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    await file.write(chunk);
  }
  await file.sync();
  await file.close();
  hash.digest('hex');
  await rm(to);
}

async function curlUpload(target: BuiltServer, path: string): Promise<void> {
  const url = `${target.base}/api/v1.0/projects/${benchKeys.appKey}/artifacts/1/binary-group/4`;
  const version = randomBytes(8).toString('hex');
  const form = ['-F', `binaryFile=@${path}`, '-F', 'applicationType=server', '-F', `version=${version}`];
  const curl = spawn('curl', ['-sS', '-X', 'POST', url, ...form], { stdio: ['ignore', 'pipe', 'inherit'] });
  let answer = '';
  curl.stdout.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  await once(curl, 'close');
  if (!answer.includes('"SUCCESS"')) throw new Error(`The upload was refused: ${answer}`);
}

async function inParallel(act: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: 8 }, (_, index) => act(index)));
}

async function timed(act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return (performance.now() - began) / 1000;
}

function watchMemory(target: BuiltServer): { stop(): number } {
  let highest = 0;
  const timer = setInterval(async () => {
    highest = Math.max(highest, await target.residentBytes());
  }, 50);
  return {
    stop() {
      clearInterval(timer);
      return highest;
    },
  };
}
