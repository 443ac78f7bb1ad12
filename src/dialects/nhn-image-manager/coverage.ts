import { operations } from './operations.ts';

/** The table of docs/nhn-image-manager.md: every operation of the original, and whether it is served. */
export function imageCoverageTable(): string {
  return [
    '| | call | purpose | served |',
    '| --- | --- | --- | --- |',
    ...operations.map(
      ({ section, method, path, purpose, handle, instead }) =>
        `| ${section} | \`${method} ${path}\` | ${purpose} | ${instead ?? (handle ? 'v2.0, v3.0' : 'no')} |`,
    ),
    '| 3.17 | `GET`, `HEAD` `/{container}{path}?{operationId}` | serve an image, or make it in real time | image host |',
  ].join('\n');
}
