import { type ApplicationText, text_en } from '@stricli/core';
import { isCoreError } from '../errors/index.ts';
import { CommandError } from './exit-codes.ts';

/** The library's English, with errors of commands told in one line. */
export const applicationText: ApplicationText = {
  ...text_en,
  exceptionWhileRunningCommand: (error) => `slipway: ${errorText(error)}`,
  commandErrorResult: (error) => `slipway: ${errorText(error)}`,
};

/** One line for errors that were foreseen, a stack for others. */
function errorText(error: unknown): string {
  if (error instanceof CommandError || isCoreError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
