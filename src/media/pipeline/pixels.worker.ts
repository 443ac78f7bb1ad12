import { readdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { isCoreError } from '../../errors/index.ts';
import { examine } from './examine.ts';
import type { PipelineLimits } from './limits.ts';
import { make } from './make.ts';
import type { PixelAnswer, PixelRequest, PixelTask } from './protocol.ts';

/** A child process of the pipeline: one task at a time, until the server goes. */

/** How often the memory of a running task is looked at: libvips can take some 100 MB in that time. */
const memoryCheckMilliseconds = 50;

/** A third of the share of the processor that the server has, where both want it. */
const niceness = 5;

yieldToServer();
// What it makes becomes the server's own, which nobody else reads.
process.umask(0o077);
process.on('message', (request: PixelRequest) => void answer(request));
// A decoder that hangs holds a thread, and a normal exit would wait for it.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/**
 * Answering comes before drawing. On Linux every thread has a priority of its own: the ones that draw were started by
 * the imports, those that start later inherit it. When the machine runs out of memory, a picture goes before the server
 * does. None of that is allowed everywhere.
 */
function yieldToServer(): void {
  try {
    setPriority(niceness);
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), niceness);
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    return;
  }
}

async function answer({ task, limits }: PixelRequest): Promise<void> {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > limits.memory) send({ kind: 'over-memory' });
  }, memoryCheckMilliseconds);
  try {
    const result = await run(task, limits);
    send({ kind: 'done', result, memory: process.memoryUsage.rss() });
  } catch (error) {
    send({ ...failure(await causeOf(error, task, limits)), memory: process.memoryUsage.rss() });
  } finally {
    clearInterval(watch);
  }
}

async function run(task: PixelTask, limits: PipelineLimits) {
  return task.kind === 'examine' ? examine(task.file, limits) : make(task.request, limits);
}

/**
 * libvips decodes while it writes and may call damage in the source a failure to write: what is wrong with the source
 * comes before what went wrong with the result.
 */
async function causeOf(error: unknown, task: PixelTask, limits: PipelineLimits): Promise<unknown> {
  if (task.kind === 'examine' || isCoreError(error)) return error;
  return examine(task.request.source, limits).then(
    () => error,
    (damage: unknown) => damage,
  );
}

/** What a disk or the memory did may pass; what libvips says about a picture will be said again. */
function failure(error: unknown) {
  const internal = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (isCoreError(error))
    return { kind: 'failed' as const, code: error.code, message: error.message, internal };
  const isPassing =
    (error as NodeJS.ErrnoException).code !== undefined ||
    error instanceof RangeError ||
    /no space left|out of memory|cannot allocate|unable to (open|write|create)/i.test(internal);
  return isPassing
    ? {
        kind: 'failed' as const,
        code: 'unavailable' as const,
        message: 'Pictures cannot be processed now.',
        internal,
      }
    : {
        kind: 'failed' as const,
        code: 'invalid' as const,
        message: 'The picture cannot be processed.',
        internal,
      };
}

function send(message: PixelAnswer): void {
  process.send?.(message);
}
