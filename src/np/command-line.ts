import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { type Command, type Flag, flagsOf, globalFlags } from './command.ts';
import { wrongUsage } from './np-error.ts';

/** The values of the flags by their names; a switch that is there is `true`. */
export type FlagValues = Readonly<Record<string, string | undefined>>;

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly words: readonly string[]; readonly isAsked: boolean }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly flags: FlagValues;
      readonly operand: string | undefined;
    };

/** The flag's other spelling, with dashes for underscores or the other way round. */
const otherSpelling = (name: string): string =>
  name.includes('_') ? name.replaceAll('_', '-') : name.replaceAll('-', '_');

/**
 * Reads the words behind `np`: command, flags and values, in any order; flags may be spelt with dashes or underscores.
 * Throws wrong usage with the nearest known word.
 */
export function readCommandLine(commands: readonly Command[], words: readonly string[]): Request {
  const known = new Map(
    [...globalFlags, ...commands.flatMap(flagsOf)].flatMap((flag) =>
      [flag.name, ...(flag.aliases ?? [])].map((name): [string, Flag] => [name, { ...flag, name }]),
    ),
  );
  const { positionals, given, isHelp } = split(words, known, commands);
  const path = (positionals[0] === 'help' ? positionals.slice(1) : positionals).map((word) =>
    word.replaceAll('_', '-'),
  );
  const command = findCommand(commands, path);
  if (isHelp || positionals[0] === 'help') return { kind: 'help', words: path, isAsked: true };
  if (!command) return { kind: 'help', words: path, isAsked: false };
  const flags = requireKnown(command, given);
  const missing = flagsOf(command).find(({ name, isRequired }) => isRequired && flags[name] === undefined);
  if (missing) {
    const brief = `${missing.brief.charAt(0).toLowerCase()}${missing.brief.slice(1)}`;
    throw wrongUsage(`np ${command.words} needs --${missing.name}: ${brief}`);
  }
  return { kind: 'run', command, flags, operand: operandOf(command, path) };
}

interface Split {
  readonly positionals: readonly string[];
  readonly given: readonly (readonly [string, string])[];
  readonly isHelp: boolean;
}

function split(words: readonly string[], known: Map<string, Flag>, commands: readonly Command[]): Split {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const flag of known.values()) {
    const type = flag.isSwitch ? ('boolean' as const) : ('string' as const);
    options[otherSpelling(flag.name)] = { type };
    options[flag.name] = flag.name === 'help' ? { type, short: 'h' } : { type };
  }
  const { tokens, positionals } = parseArgs({
    args: joinSwitchValues(words, options),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: [string, string][] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = known.get(token.name) ?? known.get(otherSpelling(token.name));
    if (!flag) throw unknownFlag(token.rawName, commands, positionals, [...known.keys()]);
    const isValueless = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
    if (!flag.isSwitch && isValueless) throw wrongUsage(`${token.rawName} needs a value`);
    given.push([flag.name, token.value ?? 'true']);
  }
  return { positionals, given, isHelp: given.some(([name]) => name === 'help') };
}

/** `--include_messages true` is one of the ways in which people say it. */
function joinSwitchValues(words: readonly string[], options: Record<string, { type: string }>): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const previous = joined.at(-1) ?? '';
    const isSwitch = previous.startsWith('--') && options[previous.slice(2)]?.type === 'boolean';
    if (isSwitch && (word === 'true' || word === 'false')) joined[joined.length - 1] = `${previous}=${word}`;
    else joined.push(word);
  }
  return joined;
}

function unknownFlag(
  rawName: string,
  commands: readonly Command[],
  positionals: readonly string[],
  all: readonly string[],
): Error {
  const command = commands.find(({ words }) => positionals.join(' ').startsWith(words));
  const names = command ? [...flagsOf(command), ...globalFlags].map(({ name }) => name) : all;
  return wrongUsage(`There is no flag ${rawName}${meant(rawName.replace(/^-+/, ''), names, '--')}`);
}

/** The command that the words name; undefined where they end before one. Throws for a word that leads nowhere. */
function findCommand(commands: readonly Command[], path: readonly string[]): Command | undefined {
  const exact = commands.find(({ words }) => words === path.join(' '));
  if (exact) return exact;
  const withOperand = commands.find(
    ({ words, operand }) => operand && words === path.slice(0, words.split(' ').length).join(' '),
  );
  if (withOperand) {
    operandOf(withOperand, path);
    return withOperand;
  }
  for (let depth = 0; depth < path.length; depth++) {
    const before = path.slice(0, depth);
    const next = nextWords(commands, before);
    const word = path[depth] ?? '';
    if (next.length === 0) throw wrongUsage(`np ${before.join(' ')} takes no word “${word}”`);
    if (next.includes(word)) continue;
    const place = ['np', ...before].join(' ');
    throw wrongUsage(`${place} has no “${word}”${meant(word, next, '')}; it has ${next.join(', ')}`);
  }
  return undefined;
}

/** The words that can follow these, in the table's order. */
export function nextWords(commands: readonly Command[], before: readonly string[]): string[] {
  const found = commands
    .map(({ words }) => words.split(' '))
    .filter((words) => words.length > before.length && before.every((word, index) => words[index] === word))
    .map((words) => words[before.length] as string);
  return [...new Set(found)];
}

function operandOf({ words, operand }: Command, path: readonly string[]): string | undefined {
  if (!operand) return undefined;
  const [word, ...more] = path.slice(words.split(' ').length);
  if (word !== undefined && operand.includes(word) && more.length === 0) return word;
  if (word === undefined) return undefined;
  throw wrongUsage(`np ${words} takes one of ${operand.join(', ')}${meant(word, operand, '')}`);
}

function requireKnown(command: Command, given: Split['given']): FlagValues {
  const flags = [...flagsOf(command), ...globalFlags];
  const values: Record<string, string> = {};
  for (const [name, value] of given) {
    const flag = flags.find((candidate) => candidate.name === name || candidate.aliases?.includes(name));
    if (!flag) {
      const names = flags.map((candidate) => candidate.name);
      throw wrongUsage(`np ${command.words} has no flag --${name}${meant(name, names, '--')}`);
    }
    requireValue(flag, value);
    if (!flag.isSwitch || value === 'true') values[flag.name] = value;
  }
  return values;
}

function requireValue({ name, values, isSwitch, isRequired }: Flag, value: string): void {
  if (isSwitch && value !== 'true' && value !== 'false') throw wrongUsage(`--${name} takes no value`);
  // Mostly a variable of the shell that nothing was put into; without its id a path means something else.
  if (isRequired && value.trim() === '') throw wrongUsage(`--${name} is empty`);
  if (!values || values.includes(value)) return;
  throw wrongUsage(`--${name} is one of ${values.join(', ')}, not “${value}”${meant(value, values, '')}`);
}

function meant(word: string, candidates: readonly string[], prefix: string): string {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? '' : `; did you mean ${prefix}${candidate}?`;
}
