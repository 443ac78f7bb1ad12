import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configurationTable } from '../src/config/index.ts';
import { coverageTable } from '../src/dialects/nhn-deploy/index.ts';
import { imageCoverageTable } from '../src/dialects/nhn-image-manager/index.ts';
import { nullplatformCoverageTable } from '../src/dialects/nullplatform/index.ts';
import { npCommandsTable } from '../src/np/commands-table.ts';
import { buildBundles } from './build.mjs';
import { openRoutesTable, permissionsTable, schemaText } from './running-parts.ts';

/** A part of the repository that is made from the code. */
export interface GeneratedPart {
  /** From the root of the checkout. */
  readonly file: string;
  /** Which `<!-- generated: name -->` of the file; absent: the whole file. */
  readonly marker?: string;
  text(): string | Promise<string>;
}

/** Everything that `npm run generate` writes and `test/repository.test.ts` compares. */
export const generatedParts: readonly GeneratedPart[] = [
  { file: 'docs/configuration.md', marker: 'configuration', text: configurationTable },
  { file: 'docs/security.md', marker: 'permissions', text: permissionsTable },
  { file: 'docs/security.md', marker: 'open routes', text: openRoutesTable },
  { file: 'docs/schema.sql', text: schemaText },
  {
    file: 'test/repository/bundle-packages.json',
    text: async () => `${JSON.stringify(await buildBundles({ write: false }), null, 2)}\n`,
  },
  { file: 'docs/nhn-deploy.md', marker: 'operations', text: coverageTable },
  { file: 'docs/nhn-image-manager.md', marker: 'operations', text: imageCoverageTable },
  { file: 'docs/nullplatform.md', marker: 'operations', text: nullplatformCoverageTable },
  { file: 'docs/np.md', marker: 'commands', text: npCommandsTable },
];

/** The file as it should be; throws when it lacks the markers. */
export async function freshFile(
  root: string,
  part: GeneratedPart,
): Promise<{ current: string; fresh: string }> {
  const current = await readFile(join(root, part.file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (part.marker === undefined && error.code === 'ENOENT') return '';
    throw error;
  });
  const text = await part.text();
  if (part.marker === undefined) return { current, fresh: text };
  const open = `<!-- generated: ${part.marker} -->`;
  const close = '<!-- /generated -->';
  const start = current.indexOf(open);
  const end = current.indexOf(close, start);
  if (start < 0 || end < 0) throw new Error(`${part.file} has no ${open} … ${close}`);
  return {
    current,
    fresh: `${current.slice(0, start + open.length)}\n${text.trim()}\n${current.slice(end)}`,
  };
}

/** Writes every part that is not fresh; answers the files that changed. */
export async function generate(root: string): Promise<string[]> {
  const changed: string[] = [];
  for (const part of generatedParts) {
    const { current, fresh } = await freshFile(root, part);
    if (current === fresh) continue;
    await writeFile(join(root, part.file), fresh);
    changed.push(part.file);
  }
  return changed;
}
