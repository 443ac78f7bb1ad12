/** The kind of work that runs a server step. */
export const serverStepKind = 'engine.server-step';

/** Which step of which host run; everything else is in the rollout's rows. */
export interface ServerStepInput {
  readonly rollout: number;
  readonly hostRun: number;
  readonly step: number;
}
