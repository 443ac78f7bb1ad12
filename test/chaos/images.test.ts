import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isAlive } from '../harness/process-life.ts';
import { pause, until } from '../harness/waiting.ts';
import { ImageCaller } from './image-caller.ts';
import { imageDeclaration } from './image-declaration.ts';
import { ImageReader } from './image-reader.ts';
import { faultsAfterSweep, leftToDo, openBeside } from './image-storage.ts';
import { seededRandom } from './seeded-random.ts';
import { type Engine, prepareServer, type ShakenServer } from './shaken-server.ts';

const kills = Number(process.env.SLIPWAY_CHAOS_KILLS ?? 5);
const seed = Number(process.env.SLIPWAY_CHAOS_SEED ?? 20_260_101);

describe.concurrent.each<Engine>(['sqlite', 'postgres'])(
  'an image library on %s whose server is killed again and again',
  (engine) => {
    test(
      `shows the old picture or the new one, ends its tasks, loses and leaks nothing in ${kills} kills (seed ${seed})`,
      async ({ onTestFinished }) => {
        const random = seededRandom(seed);
        const server = await prepareServer(
          engine,
          () => imageDeclaration,
          (cleanup) => onTestFinished(async () => void (await cleanup())),
        );
        server.process.start();
        await server.ready();
        const caller = new ImageCaller(server.base, random);
        const reader = new ImageReader(server.base, caller, random);
        const children: number[] = [];
        await caller.fillShared();
        for (let round = 0; round < kills; round += 1) {
          const busy = keepBusy(caller, reader);
          // By what was done, not by the clock alone: a slow machine gets as far as a fast one.
          await busy.done(5 + Math.floor(random() * 60));
          await pause(random() * 60);
          children.push(...childrenOf(server.process.pid));
          await server.process.kill();
          await busy.stop();
          server.process.start();
          await server.ready();
        }
        await caller.uploadOne();
        await caller.uploadMany();
        await caller.runOperations();
        await caller.deleteNow();
        await caller.deleteLater();
        await everythingEnds(server, caller);
        for (const file of caller.kept) {
          if (file.gone) await reader.lookAtGone(file);
          await reader.lookAtKept(file, false);
        }
        expect(reader.wrong).toEqual([]);
        expect(reader.looked).toBeGreaterThan(kills);
        expect(caller.kept.some(({ gone }) => gone)).toBe(true);
        expect(children.filter(isAlive)).toEqual([]);
        await server.process.stop().then((code) => expect(code).toBe(0));
        const storage = await openBeside(server.databaseUrl);
        try {
          expect(await faultsAfterSweep(storage, server.data)).toEqual([]);
        } finally {
          await storage.close();
        }
      },
      400_000 + kills * 20_000,
    );
  },
);

/** Calls under way that are repeated until they are told to stop. */
interface Busy {
  /** Resolves when so many calls have been answered. */
  done(answers: number): Promise<void>;
  /** Throws what went wrong. */
  stop(): Promise<void>;
}

/** Does everything at once, again and again. */
function keepBusy(caller: ImageCaller, reader: ImageReader): Busy {
  let over = false;
  let told = () => {};
  const answers = () => caller.answers + reader.looked;
  const before = answers();
  const again = async (act: () => Promise<void>) => {
    while (!over) {
      await act();
      told();
      // There may have been nothing to do yet.
      await pause(1);
    }
  };
  const acts = [
    () => caller.uploadOne(),
    () => caller.uploadMany(),
    () => caller.overwrite(),
    () => caller.overwrite(),
    () => caller.runOperations().then(() => pause(50)),
    () => caller.deleteNow().then(() => pause(20)),
    () => caller.deleteLater().then(() => pause(50)),
    () => reader.look(),
    () => reader.look(),
  ];
  const running = Promise.all(acts.map(again));
  return {
    async done(wanted) {
      const enough = new Promise<void>((resolve) => {
        told = () => {
          if (answers() - before >= wanted) resolve();
        };
      });
      await Promise.race([enough, running]);
    },
    async stop() {
      over = true;
      await running;
    },
  };
}

async function everythingEnds(server: ShakenServer, caller: ImageCaller): Promise<void> {
  expect(caller.queues.length).toBeGreaterThan(0);
  const storage = await openBeside(server.databaseUrl);
  try {
    // What a killed server had in hand is taken over when its lease of 30 s has run out.
    const nothingLeft = async () => ((await leftToDo(storage)) === 0 ? true : undefined);
    await until(nothingLeft, 'all tasks and removals to end', 240_000 + kills * 3_000);
  } finally {
    await storage.close();
  }
  for (const queueId of caller.queues) expect(await caller.hasEnded(queueId), queueId).toBe(true);
}

function childrenOf(pid: number | undefined): number[] {
  const parentOf = (child: number) => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${child}/stat`, 'utf8'))?.[1]);
    } catch {
      return undefined;
    }
  };
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return all.filter((child) => pid !== undefined && parentOf(child) === pid);
}
