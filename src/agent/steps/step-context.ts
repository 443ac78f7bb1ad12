import type { BlobCache } from '../blob-cache.ts';
import type { InstanceReporter, Supervisor } from '../instances/index.ts';
import type { OutputWriter } from '../output-writer.ts';

/** What an executor is given beside its step. */
export interface StepContext {
  /** Aborts with an EndCause as its reason when the step has to end. */
  readonly signal: AbortSignal;
  /** Unique on this machine; processes of the step carry it in their environment as `markVariable`. */
  readonly mark: string;
  readonly stdout: OutputWriter;
  readonly stderr: OutputWriter;
  /** Whether output can be passed on now. */
  readonly hasRoom: () => boolean;
  /** The values to replace in output. */
  readonly masked: readonly string[];
  /** The folder that holds one folder per running script. */
  readonly stepsFolder: string;
  readonly blobs: BlobCache;
  readonly supervisor: Supervisor;
  readonly instanceReporter: InstanceReporter;
  readonly graceMilliseconds: number;
  /** Journals the process group, so that it can be ended after a restart of the agent. */
  noteSpawned(groupId: number): void;
  /** Journals a temporary file, so that it can be removed after a restart of the agent. */
  noteTemporary(path: string): void;
}

/** Carries a step's mark in the environment of all its processes. */
export const markVariable = 'SLIPWAY_STEP';
