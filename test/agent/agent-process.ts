import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A real agent in a process of its own, with what it writes on standard error. */
export class AgentProcess {
  readonly state: string;
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #environment: Record<string, string>;
  #child: ChildProcess;
  #closed: Promise<unknown> = Promise.resolve();
  #log = '';

  constructor(program: string, state: string, args: readonly string[], environment: Record<string, string>) {
    this.state = state;
    this.#program = program;
    this.#args = args;
    this.#environment = environment;
    this.#child = this.#start();
  }

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

  /** Starts the same agent again on the same state. */
  restart(): void {
    this.#child = this.#start();
  }

  /** Resolves when the log holds `text`. */
  async logged(text: string): Promise<void> {
    while (!this.#log.includes(text)) await once(this.#child.stderr as NodeJS.ReadableStream, 'data');
  }

  #start(): ChildProcess {
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
