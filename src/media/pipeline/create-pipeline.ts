import { availableParallelism } from 'node:os';
import { CoreError } from '../../errors/index.ts';
import type { ImageFacts } from '../formats/index.ts';
import { defaultLimits, type PipelineLimits } from './limits.ts';
import type { MadePicture, MakeRequest, Pipeline } from './pipeline.ts';
import { PixelProcess } from './pixel-process.ts';
import type { PixelTask } from './protocol.ts';

/** How many child processes a pipeline has, and what one picture may cost. */
export interface PipelineOptions {
  /** One per core and one more when absent. */
  readonly processes?: number;
  readonly limits?: Partial<PipelineLimits>;
}

/** A pipeline whose child processes start when they are first needed and stay warm. */
export function createPipeline(options: PipelineOptions = {}): Pipeline {
  // The one more keeps the cores busy while results and requests are on their way: on two cores 15 % more pictures.
  return new ProcessPipeline(options.processes ?? availableParallelism() + 1, {
    ...defaultLimits,
    ...options.limits,
  });
}

class ProcessPipeline implements Pipeline {
  readonly #most: number;
  readonly #limits: PipelineLimits;
  readonly #resting: PixelProcess[] = [];
  readonly #busy = new Set<PixelProcess>();
  readonly #waiting: ((process: PixelProcess | undefined) => void)[] = [];
  #isClosed = false;

  constructor(most: number, limits: PipelineLimits) {
    this.#most = most;
    this.#limits = limits;
  }

  async examine(file: string): Promise<ImageFacts> {
    return (await this.#run({ kind: 'examine', file })) as ImageFacts;
  }

  async make(request: MakeRequest): Promise<readonly MadePicture[]> {
    return (await this.#run({ kind: 'make', request })) as readonly MadePicture[];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiter of this.#waiting.splice(0)) waiter(undefined);
    for (const process of [...this.#resting.splice(0), ...this.#busy]) process.end('The server stops.');
  }

  async #run(task: PixelTask): Promise<unknown> {
    const process = await this.#take();
    try {
      const outcome = await process.run({ task, limits: this.#limits });
      if (outcome.kind === 'done') return outcome.result;
      const { code, message, internal } = outcome;
      throw new CoreError(code, message, internal === undefined ? {} : { internal });
    } finally {
      this.#give(process);
    }
  }

  async #take(): Promise<PixelProcess> {
    let process = this.#isClosed ? undefined : this.#restingOrNew();
    process ??= this.#isClosed ? undefined : await new Promise((resolve) => this.#waiting.push(resolve));
    if (process === undefined) throw new CoreError('unavailable', 'The server stops.');
    return process;
  }

  #restingOrNew(): PixelProcess | undefined {
    let process = this.#resting.pop();
    // One that died while it rested is none.
    while (process !== undefined && !process.isFresh) process = this.#resting.pop();
    if (process === undefined && this.#busy.size < this.#most) process = new PixelProcess();
    if (process !== undefined) this.#busy.add(process);
    return process;
  }

  #give(process: PixelProcess): void {
    this.#busy.delete(process);
    if (this.#isClosed) return;
    if (process.isFresh) this.#resting.push(process);
    else process.end('It worked long enough.');
    const waiter = this.#waiting.shift();
    if (waiter === undefined) return;
    waiter(this.#restingOrNew());
  }
}
