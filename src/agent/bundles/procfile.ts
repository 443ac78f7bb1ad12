import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from './archive-guard.ts';

/** The commands of a Procfile by the names of their processes. */
export function parseProcfile(text: string): ReadonlyMap<string, string> {
  const commands = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, command] = /^\s*([A-Za-z0-9_-]+)\s*:\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && command !== undefined) commands.set(name, command);
  }
  return commands;
}

/** The command of one process of an unpacked bundle. Throws a BundleError that names the processes that are there. */
export async function commandOf(folder: string, process: string): Promise<string> {
  const text = await readFile(join(folder, 'Procfile'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new BundleError('The bundle has no Procfile at its root');
  });
  const commands = parseProcfile(text);
  const command = commands.get(process);
  if (command !== undefined) return command;
  const others = [...commands.keys()];
  const has = others.length > 0 ? `it has ${others.join(', ')}` : 'it names none';
  throw new BundleError(`The Procfile has no process ${process}: ${has}`);
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
