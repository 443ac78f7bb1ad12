import { wrongUsage } from './np-error.ts';

/** One step into a value: a field, a place in a list, or all of a list. */
type Step = string | number | typeof everything;

const everything = Symbol('all of a list');
const step = /\.?([\p{L}_][\p{L}\p{N}_-]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\[(-?\d+)\]|\.?\[(\])/uy;

/** The steps of `.status`, `.results[0].commit.id`, `.results[].id`, `."a.b"` as `.["a.b"]`; `.` is the whole. Throws wrong usage. */
export function readQueryPath(text: string): readonly Step[] {
  const steps: Step[] = [];
  if (text === '.') return steps;
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    const [, name, quoted, index] = match ?? [];
    const field = name ?? (quoted === undefined ? undefined : unquoted(quoted));
    if (!match || (quoted !== undefined && field === undefined)) {
      throw wrongUsage(
        `--query ${text} cannot be read from “${text.slice(at)}” on: it looks like .status or .results[0].id`,
      );
    }
    steps.push(field ?? (index === undefined ? everything : Number(index)));
  }
  return steps;
}

/** The text between the quotes of JSON; undefined where it has an escape that JSON does not have. */
function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}

/** What the steps lead to: one value, or as many as the lists have that they go through; what is not there is null. */
export function follow(value: unknown, steps: readonly Step[]): readonly unknown[] {
  let values: readonly unknown[] = [value];
  for (const next of steps) {
    values = values.flatMap((part) => {
      if (next === everything) return Array.isArray(part) ? part : [];
      if (typeof next === 'number') return [(Array.isArray(part) ? part.at(next) : undefined) ?? null];
      const isThere = typeof part === 'object' && part !== null && Object.hasOwn(part, next);
      return [isThere ? ((part as Record<string, unknown>)[next] ?? null) : null];
    });
  }
  return values;
}

/** A value as a line: text without quotes, everything else as JSON. */
export function rawText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
