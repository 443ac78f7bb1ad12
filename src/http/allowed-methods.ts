import type { RouteEntry } from './route-access.ts';

const special = /[.*+?^${}()|[\]\\]/g;

/** Finds which methods the routes of a path have, for the answer to a wrong method. Patterns are compiled once, at first use. */
export function allowedMethods(table: readonly RouteEntry[]): (path: string) => string[] {
  let compiled: { method: string; matches: RegExp }[] | undefined;
  return (path) => {
    compiled ??= table.map((entry) => ({ method: entry.method, matches: patternOf(entry.url) }));
    const methods = new Set(
      compiled.filter((entry) => entry.matches.test(path)).map((entry) => entry.method),
    );
    return [...methods].sort();
  };
}

/** A route pattern (`/a/:id(^\\d+$)/b*`) as a regular expression over raw paths; a slash at the end is ignored. */
function patternOf(url: string): RegExp {
  const source = url
    .replace(/\/$/, '')
    .split(/(:[A-Za-z0-9_]+(?:\([^)]*\))?|\*)/)
    .map((piece) => {
      if (piece === '*') return '.*';
      if (piece.startsWith(':')) return '[^/]+?';
      return piece.replaceAll('::', ':').replace(special, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}/?$`);
}
