import type { DeclaredChange } from '../management/index.ts';
import { cell } from './table.ts';

const signs = { create: '+', update: '~', remove: '-' } as const;

/** The changes of a declaration for people, a line each and a line for each field. */
export function describeChanges(changes: readonly DeclaredChange[]): string {
  return changes
    .flatMap(({ action, path, fields = {} }) => [
      `${signs[action]} ${cell(path)}`,
      ...Object.entries(fields).map(([name, { from, to }]) => `    ${name}: ${cell(from)} → ${cell(to)}`),
    ])
    .join('\n');
}

/** `2 to create, 1 to update, 0 to remove`. */
export function countChanges(changes: readonly DeclaredChange[]): string {
  const count = (action: DeclaredChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  return `${count('create')} to create, ${count('update')} to update, ${count('remove')} to remove`;
}
