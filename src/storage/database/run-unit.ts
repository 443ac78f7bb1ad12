import { CoreError } from '../../errors/index.ts';
import type { GuardedConnection } from './handle.ts';
import type { Unit } from './storage.ts';

/**
 * Runs a unit. One whose query failed fails with that error even if it caught it: use `onConflict` or look first.
 *
 * Fails it (`internal`) as soon as it waits for something else than its queries: other units wait
 * behind it, and a write inside a write would wait for itself for ever. Found by the event loop: a turn begins while
 * the unit is not over and no query of its is under way. One setImmediate a unit, under a microsecond.
 */
export function runUnit<T>(
  unit: (unit: Unit) => Promise<T>,
  handle: Unit,
  connection: GuardedConnection,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let turn: NodeJS.Immediate | undefined;
    const watch = () => {
      clearImmediate(turn);
      turn = setImmediate(() => {
        if (!connection.idle) return;
        finish();
        reject(
          new CoreError('internal', 'A unit of writing waited for something else than its own queries.', {
            internal:
              'Move blobs, network, timers, hashing and other reads or writes before or after Storage.write.',
          }),
        );
      });
    };
    const finish = () => {
      clearImmediate(turn);
      connection.onIdle = undefined;
      connection.end();
    };
    connection.onIdle = watch;
    watch();
    Promise.resolve()
      .then(() => unit(handle))
      .then((value) => {
        if (connection.failure) throw connection.failure.error;
        resolve(value);
      })
      .catch(reject)
      .finally(finish);
  });
}
