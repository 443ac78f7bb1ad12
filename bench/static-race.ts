import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { judge, median, tell } from './report.ts';

/** What downloads are measured beside. */
export interface StaticServer {
  readonly base: string;
  stop(): void;
}

/** Starts @fastify/static on a folder, in a process of its own. */
export async function startStatic(folder: string): Promise<StaticServer> {
  const program = join(import.meta.dirname, 'static-server.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { base: line.toString().trim(), stop: () => child.kill() };
}

/** Two addresses of the same bytes, how they are asked for, and how fast ours has to be. */
export interface Race {
  readonly what: string;
  /** The name of ours in what is told. */
  readonly name: string;
  readonly theirs: string;
  readonly ours: string;
  readonly connections: number;
  /** How long each is asked in each of five rounds. */
  readonly seconds: number;
  /** Ours ÷ theirs. */
  readonly atLeast: number;
}

/** Asks for both in turns and judges the median of the ratios. */
export async function race({ what, name, theirs, ours, atLeast, ...load }: Race): Promise<void> {
  const ratios: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const plain = await megabytesPerSecond(theirs, load);
    const own = await megabytesPerSecond(ours, load);
    tell(`${what}: @fastify/static ${plain.toFixed(0)} MB/s, ${name} ${own.toFixed(0)} MB/s`);
    ratios.push(own / plain);
  }
  judge(`${what} ÷ @fastify/static, median`, median(ratios), { atLeast });
}

async function megabytesPerSecond(
  url: string,
  { connections, seconds }: Pick<Race, 'connections' | 'seconds'>,
): Promise<number> {
  const result = await autocannon({ url, connections, duration: seconds });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} answers of ${url} were no success`);
  // Bytes, because of large pictures few answers are complete when the time is up.
  return result.throughput.average / 1e6;
}
