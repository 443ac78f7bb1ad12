import type { CliContext } from './context.ts';
import { formatTable } from './table.ts';

/** How an answer is printed. */
export type OutputFormat = 'table' | 'json';

/** The flag `-o json|table` that every command with an answer has. */
export const outputFlag = {
  kind: 'enum',
  values: ['table', 'json'],
  brief: 'How the answer is printed',
  default: 'table',
} as const;

/** Prints `value` as JSON, or its rows as a table. */
export function printRows(
  context: CliContext,
  format: OutputFormat,
  value: unknown,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (format === 'json') printJson(context, value);
  else if (rows.length === 0) context.process.stderr.write('Nothing found.\n');
  else context.process.stdout.write(`${formatTable(headings, rows)}\n`);
}

/** Prints `value` as indented JSON. */
export function printJson(context: CliContext, value: unknown): void {
  context.process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
