import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CoreError, type ErrorCode } from '../../../errors/index.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-protocol.ts';

/** A worker thread holds about 15 MB: it goes when nothing was asked for so long. */
const idleMilliseconds = 30_000;

interface Pending {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker thread, and how it is told to end. */
interface Running {
  readonly thread: Worker;
  readonly ending: Int32Array<SharedArrayBuffer>;
}

/** Starts the worker thread when it is first needed, and asks it. */
export class DatabaseWorker {
  readonly #file: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Running | undefined;
  #closed = false;
  #idle: NodeJS.Timeout | undefined;
  #scans = 0;
  #lastId = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async *scan<Row>(
    query: { sql: string; parameters: readonly unknown[] },
    batchSize: number,
  ): AsyncGenerator<Row[]> {
    const id = this.#newId();
    this.#scans += 1;
    let over = false;
    try {
      let request: WorkerRequest = { id, kind: 'scan', ...query, batchSize };
      for (;;) {
        const answer = await this.#ask(request);
        if (answer.kind !== 'rows' || answer.rows.length === 0) break;
        yield answer.rows as Row[];
        request = { id, kind: 'next' };
      }
      over = true;
    } catch (error) {
      over = true;
      throw error;
    } finally {
      if (!over) this.#worker?.thread.postMessage({ id, kind: 'leave' } satisfies WorkerRequest);
      this.#scans -= 1;
      this.#restWhenIdle();
    }
  }

  async backup(file: string): Promise<void> {
    await this.#ask({ id: this.#newId(), kind: 'backup', file });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  /**
   * Lets the thread end by itself: one that is terminated inside the database's own code takes the process with it. A
   * read stops at its next row; a backup is finished first.
   */
  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const running = this.#worker;
    this.#worker = undefined;
    if (!running) return;
    const gone = once(running.thread, 'exit');
    Atomics.store(running.ending, 0, 1);
    running.thread.ref();
    running.thread.postMessage({ id: this.#newId(), kind: 'end' } satisfies WorkerRequest);
    await gone;
  }

  #requireOpen(): void {
    if (this.#closed) throw new CoreError('unavailable', 'The server is shutting down.');
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  async #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    this.#requireOpen();
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker.thread;
    try {
      const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
        this.#pending.set(request.id, { resolve, reject });
        worker.ref();
        worker.postMessage(request);
      });
      // A batch that the end cut short must not pass for the last one.
      this.#requireOpen();
      if (answer.kind === 'failed') {
        throw new CoreError(answer.code as ErrorCode, answer.message, { internal: answer.internal });
      }
      return answer;
    } finally {
      this.#pending.delete(request.id);
      // One that is told to end is waited for.
      if (this.#pending.size === 0 && this.#worker?.thread === worker) worker.unref();
      this.#restWhenIdle();
    }
  }

  #restWhenIdle(): void {
    clearTimeout(this.#idle);
    if (this.#pending.size > 0 || this.#scans > 0) return;
    this.#idle = setTimeout(() => void this.#end(), idleMilliseconds);
    this.#idle.unref();
  }

  #start(): Running {
    const ending = new Int32Array(new SharedArrayBuffer(4));
    const thread = workerThread({ file: this.#file, ending: ending.buffer });
    const running = { thread, ending };
    thread.unref();
    thread.on('message', (answer: WorkerAnswer) => this.#pending.get(answer.id)?.resolve(answer));
    const lost = (error?: unknown) => {
      if (this.#worker === running) this.#worker = undefined;
      const reason = new CoreError('unavailable', 'A long read was broken off.', { cause: error });
      for (const pending of [...this.#pending.values()]) pending.reject(reason);
    };
    thread.on('error', lost);
    thread.on('exit', () => lost());
    return running;
  }
}

/** In the bundle the worker is a file beside it. From the sources, Node 20 needs tsx to read it, also in a thread. */
function workerThread(workerData: WorkerStart): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./storage.worker.mjs', import.meta.url), { workerData });
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const source = fileURLToPath(new URL('./storage.worker.ts', import.meta.url));
  const start = `require(${JSON.stringify(tsx)}).register(); require(${JSON.stringify(source)});`;
  return new Worker(start, { eval: true, workerData });
}
