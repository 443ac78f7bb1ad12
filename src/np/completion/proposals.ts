import { type Command, flagsOf, globalFlags } from '../command.ts';
import { nextWords } from '../command-line.ts';

/** What can stand in the place of the last of the words behind `np`, of which so much is typed already. */
export function proposals(commands: readonly Command[], words: readonly string[]): readonly string[] {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const flags = [...globalFlags, ...commands.flatMap(flagsOf)];
  const path = before.filter((word, index) => {
    const previous = flags.find(({ name }) => `--${name}` === before[index - 1]);
    return !word.startsWith('-') && (previous === undefined || previous.isSwitch);
  });
  const command = commands.find(({ words: own }) => own === path.join(' '));
  const last = before.at(-1) ?? '';
  const asked = (command ? [...flagsOf(command), ...globalFlags] : flags).find(
    ({ name, isSwitch }) => `--${name}` === last && !isSwitch,
  );
  const all = asked
    ? (asked.values ?? [])
    : typed.startsWith('-')
      ? (command ? [...flagsOf(command), ...globalFlags] : globalFlags).map(({ name }) => `--${name}`)
      : (command?.operand ?? nextWords(commands, path));
  return all.filter((word) => word.startsWith(typed));
}
