import { createProgram } from '../../src/np/program.ts';

/** What a command printed, and its exit status. */
export interface NpResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds of every pause that the program made. */
  readonly waits: readonly number[];
}

/** What a test gives its command. */
export interface NpOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly stdin?: string;
  /** Standard output and error are terminals of so many columns. */
  readonly columns?: number;
  /** In the place of a pause; default nothing, at once. */
  readonly onWait?: () => void | Promise<void>;
}

/** Runs one command of `np` in this process, against real servers and files, with streams of its own. */
export async function runNp(words: readonly string[], options: NpOptions = {}): Promise<NpResult> {
  const { env = {}, folder = '/', stdin = '', columns, onWait } = options;
  const written = { stdout: '', stderr: '' };
  const waits: number[] = [];
  const stream = (name: keyof typeof written) => ({
    ...(columns === undefined ? {} : { isTTY: true, columns }),
    write(text: string) {
      written[name] += text;
    },
  });
  const program = createProgram({
    environment: env,
    folder,
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: Date.now,
    async wait(milliseconds) {
      waits.push(milliseconds);
      await onWait?.();
    },
  });
  const code = await program(words);
  return { code, ...written, waits };
}
