import { environmentValues } from '../process-table.ts';
import { instanceVariable } from './process-run.ts';

/** Marks of living processes that an agent of this installation started for instances that are not `known` any more. */
export function strayMarks(installation: string, known: ReadonlySet<string>): string[] {
  const marks = environmentValues(instanceVariable) ?? new Set<string>();
  return [...marks].filter(
    (mark) => mark.startsWith(`${installation}.`) && !known.has(mark.slice(installation.length + 1)),
  );
}
