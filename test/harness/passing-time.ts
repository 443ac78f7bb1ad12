import type { ManualClock, Storage } from '../../src/storage/index.ts';

/**
 * Lets time pass, `step` milliseconds at a time, until `awaited` has come, and answers it. Before every step the
 * database is asked and everybody has a turn, so that what has become due is done however slow the machine is.
 */
export async function whileTimePasses<T>(
  clock: ManualClock,
  storage: Pick<Storage, 'ready'>,
  awaited: Promise<T>,
  step = 50,
): Promise<T> {
  let hasCome = false;
  const came = awaited.finally(() => {
    hasCome = true;
  });
  // Its failure is thrown at the end.
  came.catch(() => {});
  for (;;) {
    await storage.ready();
    await new Promise((resolve) => setImmediate(resolve));
    if (hasCome) return await came;
    clock.advance(step);
  }
}
