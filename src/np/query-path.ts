import { wrongUsage } from './np-error.ts';

/** One step into a value: a field, a place in a list, or all of a list. */
type Step = string | number | typeof everything;

const everything = Symbol('all of a list');
const step = /\.?([A-Za-z_][\w-]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\[(-?\d+)\]|\.?\[(\])/y;

/** The steps of `.status`, `.results[0].commit.id`, `.results[].id`, `."a.b"` as `.["a.b"]`; `.` is the whole. Throws wrong usage. */
export function readQueryPath(text: string): readonly Step[] {
  const steps: Step[] = [];
  if (text === '.') return steps;
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (!match) {
      throw wrongUsage(
        `--query ${text} cannot be read from “${text.slice(at)}” on: it looks like .status or .results[0].id`,
      );
    }
    const [, name, quoted, index] = match;
    if (name !== undefined) steps.push(name);
    else if (quoted !== undefined) steps.push(JSON.parse(`"${quoted}"`) as string);
    else steps.push(index === undefined ? everything : Number(index));
  }
  return steps;
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
