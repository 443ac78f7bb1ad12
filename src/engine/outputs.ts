import { buffer } from 'node:stream/consumers';
import type { BlobStore, Clock, Storage } from '../storage/index.ts';
import { Bell } from './bell.ts';
import type { OutputStream, OutputTail, RolloutView, StepRunView } from './engine.ts';
import { type OutputFiles, type StreamName, tailInPack } from './output/index.ts';
import { hostRunEnded, stepRunEnded } from './states.ts';
import type { EngineTables } from './tables.ts';

/** How often a follower looks at the file while nothing was heard: another server may be writing to it. */
const lookAgain = 1_000;

interface Place {
  readonly name: StreamName;
  readonly packed: string | null;
  /** No further byte comes. */
  readonly over: boolean;
}

/** Reads what steps wrote: from append files while the rollout runs, from its blob afterwards. */
export class Outputs {
  readonly #parts: { storage: Storage; blobs: BlobStore; clock: Clock };
  readonly #files: OutputFiles;

  constructor(parts: { storage: Storage; blobs: BlobStore; clock: Clock }, files: OutputFiles) {
    this.#parts = parts;
    this.#files = files;
  }

  async tail(hostRun: number, step: number, stream: OutputStream): Promise<OutputTail | undefined> {
    const place = await this.#place(hostRun, step, stream);
    return place && this.#tail(place, 0);
  }

  /** Yields new bytes from `offset` on, until the step has ended or `signal` aborts. */
  async *follow(
    hostRun: number,
    step: number,
    stream: OutputStream,
    offset: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ offset: number; bytes: Uint8Array }> {
    const bell = new Bell();
    let release: (() => void) | undefined;
    let next = offset;
    try {
      while (!signal.aborted) {
        // Whether the step is over is read before the bytes, so that nothing between the two is missed.
        const place = await this.#place(hostRun, step, stream);
        if (!place) return;
        release ??= this.#files.follow(place.name, () => bell.ring());
        const tail = await this.#tail(place, next);
        if (tail && tail.size > 0) {
          const bytes = await buffer(tail.open());
          yield { offset: tail.offset, bytes };
          next = tail.offset + bytes.length;
        } else if (place.over) {
          return;
        } else {
          await bell.wait(this.#parts.clock, lookAgain, signal);
        }
      }
    } finally {
      release?.();
    }
  }

  /** Puts the lengths of what running steps have written into a view; ended steps have theirs in their rows. */
  async withLengths(view: RolloutView): Promise<RolloutView> {
    if (view.endedAt !== null) return view;
    const stages = await Promise.all(
      view.stages.map(async (stage) => ({
        ...stage,
        hostRuns: await Promise.all(
          stage.hostRuns.map(async (hostRun) => ({
            ...hostRun,
            steps: await Promise.all(
              hostRun.steps.map((step) =>
                step.state === 'running' ? this.#lengths(view.id, hostRun.id, step) : step,
              ),
            ),
          })),
        ),
      })),
    );
    return { ...view, stages };
  }

  async #lengths(rolloutId: string, hostRun: number, step: StepRunView): Promise<StepRunView> {
    const name = { rolloutId, hostRun, step: step.index };
    return {
      ...step,
      stdoutBytes: await this.#files.length({ ...name, stream: 'stdout' }),
      stderrBytes: await this.#files.length({ ...name, stream: 'stderr' }),
    };
  }

  async #tail(place: Place, from: number): Promise<OutputTail | undefined> {
    const { name, packed } = place;
    if (packed === null) {
      const tail = await this.#files.tail(name, from);
      // Between the two looks the output may have become a blob.
      if (tail || !place.over) return tail;
      const again = await this.#place(name.hostRun, name.step, name.stream);
      return again?.packed ? this.#tail(again, from) : undefined;
    }
    return tailInPack(this.#parts.blobs, packed, `${name.hostRun}-${name.step}-${name.stream}`, from);
  }

  async #place(hostRun: number, step: number, stream: OutputStream): Promise<Place | undefined> {
    const row = await this.#parts.storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .innerJoin('rollout', 'rollout.number', 'host_run.rollout')
        .leftJoin('step_run', (join) =>
          join.onRef('step_run.host_run', '=', 'host_run.id').on('step_run.step', '=', step),
        )
        .select(['rollout.id', 'rollout.output_sha256', 'host_run.state'])
        .select('step_run.state as step_state')
        .where('host_run.id', '=', hostRun)
        .executeTakeFirst(),
    );
    if (!row) return undefined;
    return {
      name: { rolloutId: row.id, hostRun, step, stream },
      packed: row.output_sha256,
      over: hostRunEnded(row.state) || (row.step_state !== null && stepRunEnded(row.step_state)),
    };
  }
}
