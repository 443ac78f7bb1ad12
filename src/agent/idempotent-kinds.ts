import type { AgentStepKind } from '../engine/steps/index.ts';

/** Of `engine/steps` the agent shares types only, so this set stands here again; a test compares the two. */
export const idempotentKinds: ReadonlySet<AgentStepKind> = new Set([
  'check-shell',
  'health-check',
  'put-file',
  'service-start',
  'service-stop',
]);
