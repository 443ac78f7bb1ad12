import { type ExecFileException, execFile } from 'node:child_process';
import { findProgram } from '../find-program.ts';
import { CannotRunError } from './running.ts';

/** The label by which an agent knows its own containers. */
export const agentLabel = 'slipway.agent';
/** The label that names the instance. */
export const instanceLabel = 'slipway.instance';

/** Where this host's podman or docker is. Throws a CannotRunError when it has neither. */
export function containerProgram(): string {
  const found = findContainerProgram();
  if (found) return found;
  throw new CannotRunError('this host has neither podman nor docker, which a docker-image needs');
}

/** The same, or undefined. */
export function findContainerProgram(): string | undefined {
  const path = process.env.PATH ?? '';
  return findProgram('podman', path) ?? findProgram('docker', path);
}

/** Runs one command of podman or docker; resolves with what it printed. Rejects with what it said on standard error. */
export function containerCommand(
  program: string,
  args: readonly string[],
  options: { readonly signal?: AbortSignal; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        maxBuffer: 1_048_576,
        env: { ...process.env, ...options.environment },
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (error, stdout, stderr) =>
        error ? reject(asError(program, args, error, stderr)) : resolve(stdout.trim()),
    );
  });
}

function asError(program: string, args: readonly string[], error: ExecFileException, stderr: string): Error {
  if (error.name === 'AbortError') return error;
  const said = stderr.trim().split('\n').slice(-3).join(' ') || error.message;
  return new Error(`${program} ${args[0]}: ${said.slice(0, 1000)}`);
}
