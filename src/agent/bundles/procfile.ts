import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from './archive-guard.ts';

/** A Procfile names a few processes; one of gigabytes would take the agent's memory with it. */
const longestProcfile = 65_536;

/** The commands of a Procfile by the names of their processes. */
export function parseProcfile(text: string): ReadonlyMap<string, string> {
  const commands = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    // Not by one pattern: what it would try on a long line of blanks grows with the square of that.
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim();
    const command = line.slice(colon + 1).trim();
    if (/^[A-Za-z0-9_-]+$/.test(name) && command !== '') commands.set(name, command);
  }
  return commands;
}

/** The command of one process of an unpacked bundle. Throws a BundleError that names the processes that are there. */
export async function commandOf(folder: string, process: string): Promise<string> {
  const commands = parseProcfile(await procfileIn(folder));
  const command = commands.get(process);
  if (command !== undefined) return command;
  const others = [...commands.keys()];
  const has = others.length > 0 ? `it has ${others.join(', ')}` : 'it names none';
  throw new BundleError(`The Procfile has no process ${process}: ${has}`);
}

async function procfileIn(folder: string): Promise<string> {
  const file = join(folder, 'Procfile');
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ELOOP') throw error;
    return undefined;
  });
  if (!found?.isFile()) throw new BundleError('The bundle has no Procfile at its root');
  if (found.size > longestProcfile) throw new BundleError('The Procfile is longer than 64 KiB');
  return await readFile(file, 'utf8');
}

const builtIns = new Set(
  'cd set export . : if for while case until eval exit umask ulimit trap exec { ! alias unset source time'.split(
    ' ',
  ),
);

/**
 * The text that a shell is given. A single program takes the shell's place, so that signals and exit codes are the
 * program's own; what needs the shell (lists, pipes, assignments in front, its own commands) is left as it is.
 */
export function shellText(command: string): string {
  const first = command.split(/\s/)[0] ?? '';
  const needsShell = /[;&|()`\n]/.test(command) || first.includes('=') || builtIns.has(first);
  return needsShell ? command : `exec ${command}`;
}
