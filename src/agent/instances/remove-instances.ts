import { rmSync } from 'node:fs';
import { removeContainer } from './container-run.ts';
import { endMarked } from './process-run.ts';
import { readRecords } from './record.ts';

/** Ends all instances of a folder for good: no agent supervises them any more. */
export async function removeInstances(root: string): Promise<void> {
  await Promise.all(
    readRecords(root).map(async ({ folder, record }) => {
      const grace = record.spec.stopGraceSeconds * 1000;
      if (record.running?.kind === 'container') await removeContainer(record.running, grace);
      await endMarked(record.mark, grace);
      rmSync(folder, { recursive: true, force: true });
    }),
  );
}
