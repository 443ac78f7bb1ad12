import { expect, test } from 'vitest';
import { postgresMissing } from '../../test/harness/postgres.ts';
import { openTestStorage, silent } from '../../test/harness/storage.ts';
import { openStorage, type Storage, systemClock } from '../storage/index.ts';
import { createWorkQueue, type WorkQueue, workMigrations } from './index.ts';

const pieces = 30;

test.skipIf(postgresMissing)(
  'two servers on one database share the work, and each piece runs once',
  async () => {
    const opened = await openTestStorage({
      engine: 'postgres',
      migrations: [{ name: 'core', migrations: workMigrations }],
    });
    const other = await openStorage({ url: opened.url, clock: systemClock, log: silent });
    const ran: { input: number; by: string }[] = [];
    let allRan = () => {};
    const all = new Promise<void>((resolve) => {
      allRan = resolve;
    });
    /** A server whose pieces end only when the other one has begun one too: neither can do all of them alone. */
    const bothBegan = new Set<string>();
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const server = (storage: Storage, by: string): WorkQueue => {
      const queue = createWorkQueue({ storage, clock: systemClock, log: silent });
      queue.register<number>({
        kind: 'step',
        concurrency: 4,
        tries: 1,
        async run(input) {
          ran.push({ input, by });
          if (bothBegan.add(by).size === 2) meet();
          await met;
          if (ran.length === pieces) allRan();
        },
      });
      return queue;
    };
    const queues = [server(opened.storage, 'one'), server(other, 'two')];
    try {
      await Promise.all(queues.map((queue) => queue.start()));
      await opened.storage.write(async (unit) => {
        for (let input = 0; input < pieces; input += 1)
          await queues[0]?.enqueue(unit, { kind: 'step', input });
      });
      await all;
      expect(ran.map(({ input }) => input).sort((a, b) => a - b)).toEqual(
        Array.from({ length: pieces }, (_, n) => n),
      );
      await Promise.all(queues.map((queue) => queue.stop(10_000)));
      expect(await queues[0]?.counts()).toEqual({ waiting: 0, running: 0, dead: 0 });
    } finally {
      await Promise.all(queues.map((queue) => queue.stop(0)));
      await other.close();
      await opened.close();
    }
  },
);
