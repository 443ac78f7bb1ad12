import type { Api } from './api.ts';
import type { FlagValues } from './command-line.ts';
import type { Runtime } from './runtime.ts';

/** What a command has to do its work with. */
export interface Job {
  readonly api: Api;
  readonly flags: FlagValues;
  readonly operand: string | undefined;
  readonly runtime: Runtime;
}

/** What a command ends with. */
export interface Outcome {
  /** Printed as the flags say; undefined is nothing. */
  readonly answer?: unknown;
  /** Printed as it is, whatever the flags say. */
  readonly text?: string;
  readonly exitCode?: number;
}

/** A command that is more than one call of the API. */
export type Work = (job: Job) => Promise<Outcome>;
