import { type Command, flagsOf } from './command.ts';
import { commands } from './commands.ts';

/** The rows of the table of commands in docs/np.md. */
export function npCommandsTable(): string {
  return ['| command | what it does | call |', '| --- | --- | --- |', ...commands.map(row)].join('\n');
}

function row(command: Command): string {
  const { words, operand, brief, method, path, does } = command;
  const required = flagsOf(command)
    .filter(({ isRequired }) => isRequired)
    .map(({ name }) => ` --${name}`);
  const call = method === undefined ? '' : `\`${method} ${path}\`${does ? ' …' : ''}`;
  const usage = `np ${words}${operand ? ` ${operand.join('\\|')}` : ''}${required.join('')}`;
  return `| \`${usage}\` | ${brief} | ${call} |`;
}
