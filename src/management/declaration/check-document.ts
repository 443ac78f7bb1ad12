import { explain, type Mistake, unknownKey } from '../explain.ts';
import type { DeclarationSection } from './section.ts';

/** Every mistake that can be seen without looking at what is there: unknown keys, wrong shapes, NUL. */
export function checkDocument(sections: readonly DeclarationSection[], document: unknown): Mistake[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return [
      { path: '', message: `should be a mapping with some of the keys ${keysOf(sections).join(', ')}` },
    ];
  }
  return Object.entries(document).flatMap(([key, value]) => {
    const section = sections.find((other) => other.key === key);
    if (!section) return [{ path: key, message: unknownKey(key, keysOf(sections)) }];
    const nul = findNul(value, key);
    return [
      ...explain(section.schema, value, key),
      ...(nul === undefined ? [] : [{ path: nul, message: 'contains NUL' }]),
    ];
  });
}

const keysOf = (sections: readonly DeclarationSection[]): string[] => sections.map(({ key }) => key);

function findNul(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = key.includes('\0') ? path : findNul(part, `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
