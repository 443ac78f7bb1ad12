import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import { buildCommand } from '@stricli/core';
import type { DeclaredChange } from '../../management/index.ts';
import type { CliContext } from '../context.ts';
import { countChanges, describeChanges } from '../diff-text.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { type OutputFormat, outputFlag, printJson } from '../output.ts';

interface Flags {
  readonly file: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly output: OutputFormat;
}

interface Answer {
  readonly applied: boolean;
  readonly changes: readonly DeclaredChange[];
}

/** `slipway apply -f slipway.yaml`. */
export const applyCommand = buildCommand<Flags, [], CliContext>({
  docs: {
    brief: 'Apply a declaration: show what changes, ask, do it',
    fullDescription:
      'The declaration is applied as a whole or not at all. Secrets are never shown. Without a terminal, give --yes.',
  },
  parameters: {
    flags: {
      file: { kind: 'parsed', parse: String, brief: 'The declaration, YAML or JSON; `-` for standard input' },
      yes: { kind: 'boolean', default: false, brief: 'Do not ask' },
      dryRun: { kind: 'boolean', default: false, brief: 'Only show what would change' },
      prune: {
        kind: 'boolean',
        default: false,
        brief:
          'Remove what a declaration once made and this one does not name, in the sections that it names',
      },
      output: outputFlag,
    },
    aliases: { f: 'file', y: 'yes', o: 'output' },
  },
  async func({ file, yes, dryRun, prune, output }) {
    const document = await readDocument(this, file);
    const send = (onlyShow: boolean): Promise<Answer> =>
      this.api().call<Answer>('POST', '/declaration', { document, dryRun: onlyShow, prune });
    const show = ({ changes }: Answer): void => {
      if (output === 'table')
        this.process.stdout.write(`${describeChanges(changes)}\n\n${countChanges(changes)}.\n`);
    };

    const planned = await send(true);
    if (planned.changes.length === 0 || dryRun) {
      if (output === 'json') printJson(this, planned);
      else if (planned.changes.length > 0) show(planned);
      else this.process.stdout.write('Everything is as declared.\n');
      return;
    }
    if (!yes) {
      show(planned);
      await confirm(this);
    }
    const done = await send(false);
    if (output === 'json') printJson(this, done);
    else if (yes) show(done);
    if (output === 'table') this.process.stdout.write('Applied.\n');
  },
});

async function readDocument(context: CliContext, file: string): Promise<string> {
  if (file === '-') return readAll(context.process.stdin);
  const path = resolve(context.process.cwd(), file);
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(exitCodes.usage, `${path} cannot be read (${error.code})`);
  });
}

async function confirm({ process }: CliContext): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      exitCodes.usage,
      'Nobody can be asked here; give --yes to apply, or --dry-run to only look',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Apply? [y/N] ');
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(exitCodes.failed, 'Nothing was applied');
}
