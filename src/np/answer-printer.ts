import { bashText } from './bash-format.ts';
import type { FlagValues } from './command-line.ts';
import { wrongUsage } from './np-error.ts';
import { follow, rawText, readQueryPath } from './query-path.ts';

/**
 * What of an answer is printed, as `--query`, `--format`, `--bash-prefix` and `--no-output` say; undefined is nothing.
 * Throws wrong usage at once, before anything is called.
 */
export function answerPrinter(flags: FlagValues): (answer: unknown) => string | undefined {
  const { query, format, 'no-output': noOutput, 'bash-prefix': prefix = 'NP' } = flags;
  const steps = query === undefined ? undefined : readQueryPath(query);
  if (!/^[A-Za-z_]\w*$/.test(prefix)) {
    throw wrongUsage(`--bash-prefix is the beginning of a variable's name, not “${prefix}”`);
  }
  return (answer) => {
    if (noOutput !== undefined || answer === undefined) return undefined;
    const values = steps ? follow(answer, steps) : [answer];
    if (format === 'bash') return values.map((value) => bashText(value, prefix)).join('\n');
    if (steps) return values.length === 0 ? undefined : values.map(rawText).join('\n');
    return JSON.stringify(answer, null, 2);
  };
}
