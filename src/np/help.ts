import { type Command, type Flag, flagsOf, globalFlags } from './command.ts';
import { nextWords } from './command-line.ts';

const environment = `Environment:
  NULLPLATFORM_API_KEY   the API key; NP_API_KEY is its older name
  NP_TOKEN               a bearer token; wins over the key
  NULLPLATFORM_HOST      host and port of the API (default 127.0.0.1:4600)
  NP_API_BASE            its whole URL, in the place of the host

Exit status: 0 done, 1 refused or failed, 2 wrong usage.`;

/** The help of every level: `np`, `np deployment`, `np deployment create`. */
export function helpText(commands: readonly Command[], words: readonly string[]): string {
  const command = commands.find(({ words: own, operand }) =>
    operand ? words.join(' ').startsWith(own) : own === words.join(' '),
  );
  if (command) return commandHelp(command);
  const place = ['np', ...words].join(' ');
  const below = nextWords(commands, words).map((word) => {
    const path = [...words, word].join(' ');
    const exact = commands.find(({ words: own }) => own === path);
    const actions = nextWords(commands, path.split(' '));
    return [word, exact?.brief ?? actions.join(', ')] as const;
  });
  const isRoot = words.length === 0;
  return [
    `Usage: ${place} ${isRoot ? '<resource> <action>' : '<action>'} [flags]`,
    '',
    columns(below),
    '',
    `${place} ${below[0]?.[0]} --help tells more.`,
    ...(isRoot ? ['', environment] : []),
  ].join('\n');
}

function commandHelp(command: Command): string {
  const { words, brief, method, path, body, example, operand } = command;
  const flags = flagsOf(command);
  const parts = [
    `Usage: np ${words}${operand ? ` <${operand.join('|')}>` : ''}${usageFlags(flags)}`,
    brief,
    ...(method ? [`Calls ${method} ${path}`] : []),
    ...(flags.length > 0 ? [`Flags:\n${columns(flags.map(flagLine))}`] : []),
    ...(body && body.length > 0
      ? [
          `Fields of the body (* must be there):\n${columns(
            body.map((key) => [`${key.name}${key.isRequired ? ' *' : ''}`, key.brief] as const),
          )}`,
        ]
      : []),
    `For every command:\n${columns(globalFlags.map(flagLine))}`,
    `Example:\n  np ${words}${example ? ` ${example}` : ''}`,
  ];
  return parts.join('\n\n');
}

function usageFlags(flags: readonly Flag[]): string {
  const required = flags.filter(({ isRequired }) => isRequired).map((flag) => ` ${flagName(flag)}`);
  return `${required.join('')}${flags.length > required.length ? ' [flags]' : ''}`;
}

function flagName({ name, isSwitch }: Flag): string {
  return `--${name}${isSwitch ? '' : ' VALUE'}`;
}

function flagLine(flag: Flag): readonly [string, string] {
  const values = flag.values ? `: ${flag.values.join(', ')}` : '';
  return [`${flagName(flag)}${flag.isRequired ? ' *' : ''}`, `${flag.brief}${values}`];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
