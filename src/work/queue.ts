import type { Logger } from 'pino';
import { CoreError } from '../errors/index.ts';
import type { Clock, Storage, Unit } from '../storage/index.ts';
import { deadLetterRetention, forgetDeadLetters, listDeadLetters, reviveDeadLetter } from './dead-letters.ts';
import { enqueueManyWorks, enqueueTimer, enqueueWork } from './enqueue.ts';
import { WorkRunner } from './runner.ts';
import type { WorkKind, WorkQueue, WorkRequest } from './work.ts';
import type { WorkTables } from './work-table.ts';

/** What a queue is made of. */
export interface WorkQueueParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  /** For the jitter of backoffs; default Math.random. */
  readonly random?: () => number;
}

/** The queue's own kind, which lets old dead letters go; whoever composes the server says how often. */
export const forgetDeadLettersKind = 'work.forget-dead-letters';

/** The queue over the table `work`. */
export function createWorkQueue(parts: WorkQueueParts): WorkQueue {
  const { storage, clock } = parts;
  const kinds = new Map<string, WorkKind>();
  const runner = new WorkRunner({ random: Math.random, ...parts, kinds });
  const requireKind = ({ kind }: Pick<WorkRequest, 'kind'>) => {
    if (!kinds.has(kind)) throw new CoreError('internal', `The work kind ${kind} is not registered.`);
  };
  kinds.set(forgetDeadLettersKind, {
    kind: forgetDeadLettersKind,
    concurrency: 1,
    tries: 3,
    timeoutSeconds: 3600,
    run: () => forgetDeadLetters(storage, clock.now() - deadLetterRetention),
  });
  return {
    register<Input>(kind: WorkKind<Input>): void {
      if (kinds.has(kind.kind))
        throw new CoreError('internal', `The work kind ${kind.kind} is registered twice.`);
      kinds.set(kind.kind, kind as WorkKind);
      runner.wake(kind.kind);
    },
    async enqueue(unit: Unit, work: WorkRequest): Promise<void> {
      requireKind(work);
      await enqueueWork(unit, work);
    },
    async enqueueMany(unit, works): Promise<void> {
      works.forEach(requireKind);
      await enqueueManyWorks(unit, works);
    },
    every: (kind, seconds) => storage.write((unit) => enqueueTimer(unit, kind, seconds)),
    start: () => runner.start(),
    stop: (graceMilliseconds) => runner.stop(graceMilliseconds),
    async counts() {
      const rows = await storage.read((reader) =>
        reader
          .tables<WorkTables>()
          .selectFrom('work')
          .select((select) => ['state', select.fn.countAll<number>().as('pieces')])
          .groupBy('state')
          .execute(),
      );
      const pieces = new Map(rows.map((row) => [row.state, row.pieces]));
      return {
        waiting: (pieces.get('waiting') ?? 0) + (pieces.get('behind') ?? 0),
        running: pieces.get('running') ?? 0,
        dead: pieces.get('dead') ?? 0,
      };
    },
    deadLetters: (page) => storage.read((reader) => listDeadLetters(reader, page)),
    revive: reviveDeadLetter,
  };
}
