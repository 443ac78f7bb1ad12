import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a join gave this host, kept in the state folder (0600). */
export interface Credential {
  readonly server: string;
  readonly name: string;
  readonly credential: string;
  /** Random; makes the marks of this agent's processes differ from those of another agent on the machine. */
  readonly installation: string;
}

/** The stored credential; undefined before the first join. */
export function readCredential(file: string): Credential | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text);
}

/** Stores it durably; a crash leaves the old one or the new one. */
export function writeCredential(file: string, credential: Credential): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  writeSync(handle, `${JSON.stringify(credential, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
