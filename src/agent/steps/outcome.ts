import type { AgentEvent } from '../../engine/protocol.ts';

/** How a step ended, in the words of the protocol. */
export type StepOutcome = Pick<
  Extract<AgentEvent, { kind: 'step-ended' }>,
  'state' | 'exitCode' | 'reason' | 'reasonText'
>;

/** Why a step is ended from outside; the `reason` of the signal that an executor gets. */
export type EndCause = 'timeout' | 'cancelled' | 'interrupted';

/** Thrown by an executor: the step cannot be done, for a reason that its owner can understand. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/** The outcome of a built-in step that did its work. */
export const succeeded: StepOutcome = { state: 'succeeded', exitCode: null, reason: null, reasonText: null };

/** A built-in step that could not be done. */
export function stepError(reasonText: string): StepOutcome {
  return { state: 'failed', exitCode: null, reason: 'step-error', reasonText };
}

/** A step that was ended from outside. */
export function endedBy(cause: EndCause, timeoutSeconds: number): StepOutcome {
  switch (cause) {
    case 'timeout':
      return {
        state: 'failed',
        exitCode: null,
        reason: 'timeout',
        reasonText: `not done within ${timeoutSeconds} s; all its processes were ended`,
      };
    case 'cancelled':
      return { state: 'cancelled', exitCode: null, reason: 'cancelled', reasonText: 'cancelled' };
    case 'interrupted':
      return {
        state: 'interrupted',
        exitCode: null,
        reason: 'interrupted',
        reasonText: 'the agent was stopped while the step was running',
      };
  }
}

/** The outcome of a program that ended by itself. A signal counts as 128 + its number, as in shells. */
export function exited(code: number | null, signalName: string | null, signalNumber: number): StepOutcome {
  if (code === 0) return { ...succeeded, exitCode: 0 };
  return code === null
    ? {
        state: 'failed',
        exitCode: 128 + signalNumber,
        reason: 'exit-code',
        reasonText: `ended by ${signalName}`,
      }
    : { state: 'failed', exitCode: code, reason: 'exit-code', reasonText: `exit code ${code}` };
}

/** What a file system error means for people; the error's own message else. */
export function inWords(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOSPC: 'no space is left on the disk',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is not a directory',
    EISDIR: 'a directory of that name is in the way',
    ENOENT: 'no such file or directory',
    ENAMETOOLONG: 'the name is too long',
    EEXIST: 'a file of that name is in the way',
    EIO: 'the disk failed',
    ELOOP: 'too many symbolic links',
  };
  const word = code === undefined ? undefined : words[code];
  return word ? `${path ? `${path}: ` : ''}${word} (${code})` : message;
}
