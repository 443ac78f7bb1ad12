import { isCoreError } from '../../errors/index.ts';
import type { DeclarationReport } from './section.ts';

/** The fields that differ between what is there and what is declared; undefined when none does. Undeclared fields do not count. */
export function fieldChanges(
  there: Readonly<Record<string, unknown>>,
  declared: Readonly<Record<string, unknown>>,
): Record<string, { from: unknown; to: unknown }> | undefined {
  const fields: Record<string, { from: unknown; to: unknown }> = {};
  for (const [name, to] of Object.entries(declared)) {
    const from = there[name];
    if (to !== undefined && JSON.stringify(from) !== JSON.stringify(to)) fields[name] = { from, to };
  }
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/** Does a part of a declaration; a core error becomes a mistake at its place, and the other parts are still looked at. */
export async function attempt<T>(
  report: DeclarationReport,
  path: string,
  part: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await part();
  } catch (error) {
    if (!isCoreError(error)) throw error;
    const { path: place, message } = error;
    // Messages of the native API begin with the place, which the path says here.
    const told = place !== undefined && message.startsWith(`${place} `);
    report.error(
      place === undefined ? path : `${path}/${place}`,
      told ? message.slice(place.length + 1) : message,
    );
    return undefined;
  }
}
