import Type, { type Static } from 'typebox';
import { agentStepCommon } from './common.ts';

/**
 * Runs a whole text as one script in a shell, in a process group of its own; exit code 0 is success.
 * Not idempotent: after an interruption it ends `interrupted` and is never started again.
 */
export const scriptStep = Type.Object({
  ...agentStepCommon,
  kind: Type.Literal('script'),
  /** An absolute path or a program name, like `/bin/bash` or `powershell`; may carry arguments (`/bin/bash -l`). */
  shell: Type.String({ minLength: 1, maxLength: 1000 }),
  text: Type.String({ maxLength: 1_048_576 }),
  environment: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** Default: the home of the agent's user. `~` is expanded. */
  workingDirectory: Type.Optional(Type.String({ maxLength: 4096 })),
});

export type ScriptStep = Static<typeof scriptStep>;
