import { operations } from './operations.ts';

/** The table of docs/nullplatform.md: every operation of the original, and whether it is served. */
export function nullplatformCoverageTable(): string {
  return [
    '| | call | purpose | served |',
    '| --- | --- | --- | --- |',
    '| 2.3 | `POST /token`, `POST /ci/login` | exchange a key for a token | yes |',
    ...operations.map(
      ({ section, method, path, purpose, handle }) =>
        `| ${section} | \`${method} ${path}\` | ${purpose} | ${handle ? 'yes' : 'no (501)'} |`,
    ),
  ].join('\n');
}
