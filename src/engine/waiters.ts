import { CoreError } from '../errors/index.ts';
import type { Clock, Storage } from '../storage/index.ts';
import type { RolloutView } from './engine.ts';
import type { News } from './news.ts';
import type { EngineTiming } from './parts.ts';
import { rolloutEnded } from './states.ts';
import type { EngineTables } from './tables.ts';

/** What waiters read with. */
export interface WaiterRooms {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly timing: EngineTiming;
  readonly news: News;
  /** Aborts when the server stops. */
  readonly closing: AbortSignal;
  find(rolloutId: string): Promise<RolloutView | undefined>;
}

/** Above so many host runs a watcher pauses between two views, as reading one takes milliseconds. */
const largeView = 50;
const pauseMilliseconds = 200;

/** Resolves with the ended rollout. Throws `not-found`, the reason of `signal`, or `unavailable` when the server stops. */
export async function waitForEnd(
  rooms: WaiterRooms,
  rolloutId: string,
  signal?: AbortSignal,
): Promise<RolloutView> {
  const { bell, release } = rooms.news.bell(rolloutId, true);
  const stop = anyOf(signal, rooms.closing);
  try {
    for (;;) {
      const state = await readState(rooms.storage, rolloutId);
      if (state === undefined) throw missing(rolloutId);
      if (rolloutEnded(state)) {
        const view = await rooms.find(rolloutId);
        if (!view) throw missing(rolloutId);
        return view;
      }
      refuseWhenStopped(rooms, signal);
      await bell.wait(rooms.clock, rooms.timing.reread, stop);
      refuseWhenStopped(rooms, signal);
    }
  } finally {
    release();
  }
}

/** Yields the view now and after every change, until the rollout has ended or `signal` aborts. */
export async function* watch(
  rooms: WaiterRooms,
  rolloutId: string,
  signal: AbortSignal,
): AsyncGenerator<RolloutView> {
  const { bell, release } = rooms.news.bell(rolloutId);
  const stop = anyOf(signal, rooms.closing);
  try {
    while (!stop.aborted) {
      const view = await rooms.find(rolloutId);
      if (!view) throw missing(rolloutId);
      yield view;
      if (rolloutEnded(view.state)) return;
      await bell.wait(rooms.clock, rooms.timing.reread, stop);
      const runs = view.stages.reduce((sum, stage) => sum + stage.hostRuns.length, 0);
      if (runs > largeView) await pause(rooms.clock, stop);
    }
  } finally {
    release();
  }
}

function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    clock.after(pauseMilliseconds, resolve);
  });
}

function refuseWhenStopped(rooms: WaiterRooms, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
  if (rooms.closing.aborted) {
    throw new CoreError('unavailable', 'The server is shutting down; the rollout goes on.');
  }
}

function missing(rolloutId: string): CoreError {
  return new CoreError('not-found', `There is no rollout ${rolloutId}.`);
}

function anyOf(signal: AbortSignal | undefined, closing: AbortSignal): AbortSignal {
  return signal ? AbortSignal.any([signal, closing]) : closing;
}

async function readState(storage: Storage, rolloutId: string) {
  const row = await storage.read((reader) =>
    reader
      .tables<EngineTables>()
      .selectFrom('rollout')
      .select('state')
      .where('id', '=', rolloutId)
      .executeTakeFirst(),
  );
  return row?.state;
}
