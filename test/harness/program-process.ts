import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A built program in a process of its own, with what it writes on standard error. It can be killed and started again. */
export class ProgramProcess {
  readonly state: string;
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #environment: Record<string, string>;
  #child: ChildProcess;
  #closed: Promise<unknown> = Promise.resolve();
  #log = '';

  /** Its environment is `PATH` and what is given. */
  constructor(
    program: string,
    state: string,
    args: readonly string[],
    environment: Record<string, string> = {},
  ) {
    this.state = state;
    this.#program = program;
    this.#args = args;
    this.#environment = environment;
    this.#child = this.#start();
  }

  /** What this start has said. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Resolves with the exit code, when all that was said is in the log. */
  async exit(): Promise<number | null> {
    const child = this.#child;
    await this.#closed;
    return child.exitCode;
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return await this.exit();
  }

  /** Starts the same program again on the same state. */
  restart(): void {
    this.#child = this.#start();
  }

  /** Resolves when the log of this start holds `text`; rejects when the process ends before. */
  async logged(text: string): Promise<string> {
    while (!this.#log.includes(text)) {
      const child = this.#child;
      const said = once(child.stderr as NodeJS.ReadableStream, 'data').then(() => false);
      const hasEnded = await Promise.race([said, this.#closed.then(() => true)]);
      // Its last words may have come behind its exit code.
      if (hasEnded && !this.#log.includes(text))
        throw new Error(`it ended with ${child.exitCode ?? child.signalCode}: ${this.#log}`);
    }
    return this.#log;
  }

  #start(): ChildProcess {
    this.#log = '';
    const child = spawn(process.execPath, [this.#program, ...this.#args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...this.#environment },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    // Not `exit`, behind which the last words may still come.
    this.#closed = once(child, 'close');
    return child;
  }
}
