import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
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

/**
 * The credential to join with: of a join that was begun and whose answer never came, or a fresh one. It is stored
 * before anybody hears of it, so that the join can be asked for again whenever this process ends.
 */
export function proposedCredential(file: string): string {
  const pending = joiningFile(file);
  try {
    const begun = readFileSync(pending, 'utf8').trim();
    if (begun !== '') return begun;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const fresh = randomBytes(32).toString('base64url');
  writeDurably(pending, fresh);
  return fresh;
}

/** Stores it durably; a crash leaves the old one or the new one. */
export function writeCredential(file: string, credential: Credential): void {
  writeDurably(file, `${JSON.stringify(credential, null, 2)}\n`);
  rmSync(joiningFile(file), { force: true });
}

function joiningFile(file: string): string {
  return `${file}.joining`;
}

function writeDurably(file: string, text: string): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
