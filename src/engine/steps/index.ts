import Type, { type Static } from 'typebox';
import { checkShellStep } from './check-shell.ts';
import { putFileStep } from './put-file.ts';
import { scriptStep } from './script.ts';

/** Every step that an agent can run: one schema and one file each, with its executor of the same name in `src/agent/steps/`. */
export const agentStep = Type.Union([checkShellStep, putFileStep, scriptStep]);

export type AgentStep = Static<typeof agentStep>;
/** The names of the steps that an agent can run. */
export type AgentStepKind = AgentStep['kind'];

/** Steps that may be started again after an interruption; all others end `interrupted`. */
export const idempotentSteps: ReadonlySet<AgentStepKind> = new Set(['check-shell', 'put-file']);

export type { CheckShellStep } from './check-shell.ts';
export type { PutFileStep } from './put-file.ts';
export type { ScriptStep } from './script.ts';
