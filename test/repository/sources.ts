import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/** The folder of the checkout. */
export const root = dirname(dirname(import.meta.dirname));

const skipped = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

/** All files below a folder of the checkout, as paths from its root with forward slashes, sorted. */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else found.push(relative(root, child).split(sep).join('/'));
    }
  };
  const start = join(root, folder);
  if (statSync(start, { throwIfNoEntry: false })?.isDirectory()) visit(start);
  return found.sort();
}

/** The text of a file of the checkout. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** One import or re-export of another file of the checkout. */
export interface LocalImport {
  readonly from: string;
  readonly to: string;
  /** `import type …` and `export type …`, which are gone when the program runs. */
  readonly typeOnly: boolean;
}

const statement =
  /^[ \t]*(?:import|export)\s+(type\s)?[^'";]*?from\s*['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)|^[ \t]*import\s*['"](\.[^'"]+)['"]/gm;

/** The relative imports of a source text, static and dynamic. */
export function importsIn(path: string, text: string): LocalImport[] {
  return [...text.matchAll(statement)].map((match) => ({
    from: path,
    to: posix.normalize(posix.join(posix.dirname(path), (match[2] ?? match[3] ?? match[4]) as string)),
    typeOnly: match[1] !== undefined,
  }));
}

/** Every local import of every TypeScript file below a folder. */
export function importsBelow(folder: string): LocalImport[] {
  return filesBelow(folder)
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => importsIn(path, textOf(path)));
}
