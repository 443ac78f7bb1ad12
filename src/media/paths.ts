import { TreeError } from './tree-error.ts';

/** UTF-8 bytes of a whole path, and of one name in it. */
const mostPathBytes = 1024;
const mostNameBytes = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * The form in which a path is kept: NFC, without trailing slash. Throws `bad-path` for one that is relative or too
 * long, and for empty or dot segments and control characters.
 */
export function normalPath(path: string): string {
  const normal = path.normalize('NFC');
  const trimmed = normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
  if (trimmed === '/') return trimmed;
  const wrong = whatIsWrong(trimmed);
  if (wrong !== undefined) throw new TreeError('bad-path', `The path ${wrong}: ${JSON.stringify(path)}`);
  return trimmed;
}

function whatIsWrong(path: string): string | undefined {
  if (!path.startsWith('/')) return 'does not begin with a slash';
  if (Buffer.byteLength(path) > mostPathBytes) return `is longer than ${mostPathBytes} bytes`;
  // A lone surrogate has no UTF-8 and would come back from the database as another name.
  if (Buffer.from(path).toString() !== path) return 'is not Unicode';
  if (controlCharacters.test(path)) return 'has control characters';
  for (const name of path.slice(1).split('/')) {
    if (name === '' || name === '.' || name === '..') return 'has an empty or a dot segment';
    if (Buffer.byteLength(name) > mostNameBytes) return `has a name of more than ${mostNameBytes} bytes`;
  }
  return undefined;
}

/** The path of an entry of a folder. */
export function pathIn(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** The folder of a path and the name in it; of the root, the root and an empty name. */
export function splitPath(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/');
  return { folder: slash === 0 ? '/' : path.slice(0, slash), name: path.slice(slash + 1) };
}

/** A path and all folders above it, the root first: `/a/b` → `/`, `/a`, `/a/b`. */
export function lineage(path: string): string[] {
  if (path === '/') return ['/'];
  const names = path.slice(1).split('/');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}

/** What is below a folder has paths strictly between these two: `/a/…` stands between `/a/` and `/a0`. */
export function below(path: string): { from: string; to: string } {
  return path === '/' ? { from: '/', to: '0' } : { from: `${path}/`, to: `${path}0` };
}
