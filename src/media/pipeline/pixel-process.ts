import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CoreError } from '../../errors/index.ts';
import type { PixelAnswer, PixelRequest } from './protocol.ts';

/** Decoders leave some memory behind in every process; a fresh one is cheaper than what thousands of tasks leave. */
const mostTasks = 1_000;
/** What a process may hold after a task. */
const restingMemory = 300 * 1024 * 1024;

type Outcome = Exclude<PixelAnswer, { kind: 'over-memory' }>;

interface Running {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: CoreError) => void;
}

/** A child process that works on one picture at a time. It keeps nobody's event loop alive while it rests. */
export class PixelProcess {
  readonly #child: ChildProcess;
  #running: Running | undefined;
  #tasks = 0;
  #memory = 0;
  #isGone = false;

  constructor() {
    this.#child = startChild();
    this.#child.on('message', (answer: PixelAnswer) => this.#heard(answer));
    this.#child.on('error', (error) => this.#lost(`The process failed: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#lost(`The process ended by ${signal ?? code}.`));
    this.#rest();
  }

  /** Whether another task may be given to this process. */
  get isFresh(): boolean {
    return !this.#isGone && this.#tasks < mostTasks && this.#memory < restingMemory;
  }

  /** The operating system's number of the process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Runs one task. Throws `unavailable` when the process crashed, hung, took too much memory or was ended. */
  async run(request: PixelRequest): Promise<Outcome> {
    if (this.#isGone) throw unavailable('The process is gone.');
    this.#tasks += 1;
    this.#child.ref();
    this.#child.channel?.ref();
    const timer = setTimeout(() => this.end('The time is over.'), request.limits.time);
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        this.#running = { resolve, reject };
        this.#child.send(request, (error) => {
          if (error) this.end(error.message);
        });
      });
    } finally {
      clearTimeout(timer);
      this.#running = undefined;
      this.#rest();
    }
  }

  /** Ends the process at once; a running task fails as `unavailable`. */
  end(reason: string): void {
    this.#child.kill('SIGKILL');
    this.#lost(reason);
  }

  #heard(answer: PixelAnswer): void {
    if (answer.kind === 'over-memory') {
      this.end('The memory limit was reached.');
      return;
    }
    this.#memory = answer.memory;
    this.#running?.resolve(answer);
  }

  #lost(reason: string): void {
    this.#isGone = true;
    this.#running?.reject(unavailable(reason));
  }

  #rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }
}

function unavailable(internal: string): CoreError {
  return new CoreError('unavailable', 'The picture could not be processed now.', { internal });
}

/** In the bundle the program is a file beside this one; from the sources Node 20 needs tsx to read it. */
function startChild(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const program = new URL(isSource ? './pixels.worker.ts' : './pixels.worker.mjs', import.meta.url);
  const tsx = isSource ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
  return fork(fileURLToPath(program), [], {
    execArgv: [...tsx, '--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: environment(),
  });
}

/** A decoder of strangers' files gets none of the server's settings; few arenas keep its memory small. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|TMPDIR|LANG|LC_.*|LD_LIBRARY_PATH|SystemRoot)$/.test(name),
  );
  return { ...Object.fromEntries(kept), MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' };
}
