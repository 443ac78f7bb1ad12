import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CoreError, type ErrorCode } from '../../../errors/index.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

/** A worker thread holds about 15 MB: it goes when nothing was asked for so long. */
const idleMilliseconds = 30_000;

interface Pending {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts the worker thread when it is first needed, and asks it. */
export class DatabaseWorker {
  readonly #file: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
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
      if (!over) this.#worker?.postMessage({ id, kind: 'leave' } satisfies WorkerRequest);
      this.#scans -= 1;
      this.#restWhenIdle();
    }
  }

  async backup(file: string): Promise<void> {
    await this.#ask({ id: this.#newId(), kind: 'backup', file });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  async #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    try {
      const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
        this.#pending.set(request.id, { resolve, reject });
        worker.ref();
        worker.postMessage(request);
      });
      if (answer.kind === 'failed') {
        throw new CoreError(answer.code as ErrorCode, answer.message, { internal: answer.internal });
      }
      return answer;
    } finally {
      this.#pending.delete(request.id);
      if (this.#pending.size === 0) worker.unref();
      this.#restWhenIdle();
    }
  }

  #restWhenIdle(): void {
    clearTimeout(this.#idle);
    if (this.#pending.size > 0 || this.#scans > 0) return;
    this.#idle = setTimeout(() => void this.close(), idleMilliseconds);
    this.#idle.unref();
  }

  #start(): Worker {
    const worker = workerThread(this.#file);
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => this.#pending.get(answer.id)?.resolve(answer));
    const lost = (error?: unknown) => {
      if (this.#worker === worker) this.#worker = undefined;
      const reason = new CoreError('unavailable', 'A long read was broken off.', { cause: error });
      for (const pending of [...this.#pending.values()]) pending.reject(reason);
    };
    worker.on('error', lost);
    worker.on('exit', () => lost());
    return worker;
  }
}

/** In the bundle the worker is a file beside it. From the sources, Node 20 needs tsx to read it, also in a thread. */
function workerThread(file: string): Worker {
  const workerData = { file };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./storage.worker.mjs', import.meta.url), { workerData });
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const source = fileURLToPath(new URL('./storage.worker.ts', import.meta.url));
  const start = `require(${JSON.stringify(tsx)}).register(); require(${JSON.stringify(source)});`;
  return new Worker(start, { eval: true, workerData });
}
