import Type, { type Static } from 'typebox';
import { agentStepCommon } from './common.ts';

/** Fails, with the reason in words on standard output, when the host has no such shell. Idempotent. */
export const checkShellStep = Type.Object({
  ...agentStepCommon,
  kind: Type.Literal('check-shell'),
  shell: Type.String({ minLength: 1, maxLength: 1000 }),
});

export type CheckShellStep = Static<typeof checkShellStep>;
