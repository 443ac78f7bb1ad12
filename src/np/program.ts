import { answerPrinter } from './answer-printer.ts';
import { createApi } from './api.ts';
import { readBody } from './body.ts';
import { type Command, type OwnCommand, pathNames } from './command.ts';
import { readCommandLine } from './command-line.ts';
import { commands } from './commands.ts';
import { proposals } from './completion/proposals.ts';
import { completionScripts, proposeWord } from './completion/scripts.ts';
import { helpText } from './help.ts';
import type { Job, Work } from './job.ts';
import { exitCodes, NpError } from './np-error.ts';
import type { Runtime } from './runtime.ts';
import { apiBase, credentialOf } from './target.ts';

// Each is loaded when it is asked for: most calls need none of them.
const ownWork: Readonly<Record<OwnCommand, () => Promise<Work>>> = {
  'application-current': async () => (await import('./pipeline/current-application.ts')).currentApplication,
  'asset-push': async () => (await import('./pipeline/push-asset.ts')).pushAsset,
  'build-start': async () => (await import('./pipeline/start-build.ts')).startBuild,
  'build-update': async () => (await import('./pipeline/update-build.ts')).updateBuild,
  'deployment-watch': async () => (await import('./watch/watch-deployment.ts')).watchDeployment,
  completion: async () => printCompletion,
  'token-create': async () => createToken,
  version: async () => printVersion,
};

/** The program: from the words behind `np` to its exit status. */
export function createProgram(runtime: Runtime): (words: readonly string[]) => Promise<number> {
  return async (words) => {
    try {
      if (words[0] === proposeWord) return propose(runtime, words.slice(1));
      return await run(runtime, words);
    } catch (error) {
      if (!(error instanceof NpError)) throw error;
      runtime.stderr.write(`${printable(error.message)}\n`);
      return error.exitCode;
    }
  };
}

async function run(runtime: Runtime, words: readonly string[]): Promise<number> {
  const request = readCommandLine(commands, words);
  if (request.kind === 'help') {
    const { stdout, stderr } = runtime;
    (request.isAsked ? stdout : stderr).write(`${helpText(commands, request.words)}\n`);
    return request.isAsked ? exitCodes.done : exitCodes.usage;
  }
  const { command, flags, operand } = request;
  const print = answerPrinter(flags);
  const api = createApi(apiBase(runtime.environment), credentialOf(flags, runtime.environment), runtime);
  const job = { api, flags, operand, runtime };
  const outcome = command.does
    ? await (await ownWork[command.does]())(job)
    : { answer: await callOnce(command, job) };
  const text = outcome.text ?? print(outcome.answer);
  if (text !== undefined) runtime.stdout.write(`${text}\n`);
  return outcome.exitCode ?? exitCodes.done;
}

async function callOnce(command: Command, { api, flags, runtime }: Job): Promise<unknown> {
  const { method = 'GET', path = '', defaultBody } = command;
  const body = flags.body === undefined ? (defaultBody ?? undefined) : await readBody(flags.body, runtime);
  const inPath = pathNames(command);
  const filled = inPath.reduce(
    (text, name) => text.replace(`:${name}`, encodeURIComponent(flags[name] ?? '')),
    path,
  );
  const query = new URLSearchParams();
  for (const { name } of command.flags ?? []) {
    const value = flags[name];
    if (value !== undefined && !inPath.includes(name)) query.set(name, value);
  }
  return await api.call(method, query.size > 0 ? `${filled}?${query}` : filled, body);
}

const createToken: Work = async ({ api, flags, runtime }) => ({
  answer: await api.session(flags.body === undefined ? undefined : await readBody(flags.body, runtime)),
});

const printCompletion: Work = async ({ operand }) => {
  if (operand === undefined) {
    throw new NpError(exitCodes.usage, 'np completion takes the shell: bash, zsh or fish');
  }
  return { text: completionScripts[operand] ?? '' };
};

const printVersion: Work = async () => ({ text: (await import('../../package.json')).version });

function propose({ stdout }: Runtime, words: readonly string[]): number {
  for (const word of proposals(commands, words)) stdout.write(`${word}\n`);
  return exitCodes.done;
}

/** What an API says must not steer the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g, ' ');
}
