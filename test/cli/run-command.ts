import { run } from '@stricli/core';
import { createApiClient } from '../../src/cli/api-client.ts';
import { application } from '../../src/cli/application.ts';
import type { CliContext } from '../../src/cli/context.ts';

/** What a command printed, and its exit status. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of the program in this process, against real servers and files, with streams of its own. */
export async function runCommand(
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; cwd?: string; onOutput?: (text: string) => void } = {},
): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    write(text: string) {
      written[name] += text;
      options.onOutput?.(text);
      return true;
    },
  });
  const process = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: { isTTY: false },
    env: options.env ?? {},
    cwd: () => options.cwd ?? '/',
    exitCode: undefined as number | undefined,
  };
  const context = { process, api: () => createApiClient(process.env) } as unknown as CliContext;
  await run(application, args, context as never);
  const code = process.exitCode ?? 0;
  return { code: code < 0 ? 2 : code, ...written };
}
