import Type, { type Static } from 'typebox';
import { checkShellStep } from './check-shell.ts';
import { healthCheckStep } from './health-check.ts';
import { putFileStep } from './put-file.ts';
import { scriptStep } from './script.ts';
import { serviceStartStep } from './service-start.ts';
import { serviceStopStep } from './service-stop.ts';

/** Every step that an agent can run: one schema and one file each, with its executor of the same name in `src/agent/steps/`. */
export const agentStep = Type.Union([
  checkShellStep,
  healthCheckStep,
  putFileStep,
  scriptStep,
  serviceStartStep,
  serviceStopStep,
]);

export type AgentStep = Static<typeof agentStep>;
/** The names of the steps that an agent can run. */
export type AgentStepKind = AgentStep['kind'];

/** Steps that may be started again after an interruption; all others end `interrupted`. */
export const idempotentSteps: ReadonlySet<AgentStepKind> = new Set([
  'check-shell',
  'health-check',
  'put-file',
  'service-start',
  'service-stop',
]);

export type { CheckShellStep } from './check-shell.ts';
export type { HealthCheckStep } from './health-check.ts';
export type { PutFileStep } from './put-file.ts';
export type { ScriptStep } from './script.ts';
export type { HealthCheck, ServiceAsset, ServiceStartStep } from './service-start.ts';
export type { ServiceStopStep } from './service-stop.ts';
