import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { gradient, pictureFolder } from '../../../test/harness/pictures.ts';
import { childrenOfThis } from '../../../test/harness/process-life.ts';
import { recipeOf } from '../recipe.ts';
import { createPipeline } from './create-pipeline.ts';
import { defaultLimits } from './limits.ts';
import { PixelProcess } from './pixel-process.ts';

const pictures = pictureFolder();
const jpeg = async () => pictures.write('sample.jpg', await gradient(400, 300).jpeg().toBuffer());

/** Large enough that a process is still at it when something happens to it. */
let slowFile: Promise<string> | undefined;
const slow = () => {
  const create = { width: 8_000, height: 8_000, channels: 3 as const, background: '#345' };
  slowFile ??= sharp({ create })
    .png({ compressionLevel: 1 })
    .toBuffer()
    .then((content) => pictures.write('slow.png', content));
  return slowFile;
};

test('a process that dies fails its task as passing, and is not asked again', async () => {
  const worker = new PixelProcess();
  const running = worker.run({ task: { kind: 'examine', file: await slow() }, limits: defaultLimits });
  const ended = expect(running).rejects.toMatchObject({ code: 'unavailable' });
  process.kill(worker.pid as number, 'SIGKILL');
  await ended;
  expect(worker.isFresh).toBe(false);
});

test('a task over its time is ended with its process, and the next one has a new process', async () => {
  const file = await slow();
  const hurried = createPipeline({ processes: 1, limits: { time: 1 } });
  await expect(hurried.examine(file)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(hurried.examine(file)).rejects.toMatchObject({ code: 'unavailable' });
  await hurried.close();
});

test('a task over its memory is ended, and the pipeline goes on', async () => {
  const pipeline = createPipeline({ processes: 1, limits: { memory: 220 * 1024 * 1024 } });
  try {
    const file = await slow();
    // Two cuts hold all pixels of the picture between them: 192 MB.
    const options = {
      autoOrient: false,
      keepExif: false,
      keepAnimation: false,
      quality: 80,
      targetExtension: 'png',
    };
    const box = { kind: 'rectangle', gravity: 'center', offsetX: 0, offsetY: 0 } as const;
    const recipe = recipeOf(options, [
      { kind: 'resize', mode: 'exact', width: 7_999, height: 7_999, direction: 'down' },
      { ...box, width: 7_998, height: 7_998 },
      { ...box, width: 7_000, height: 7_000 },
    ]);
    const request = { source: file, recipe, marks: {}, into: await pictures.fresh() };
    await expect(pipeline.make(request)).rejects.toMatchObject({
      code: 'unavailable',
      internal: expect.stringContaining('memory'),
    });
    expect(await pipeline.examine(await jpeg())).toMatchObject({ width: 400 });
  } finally {
    await pipeline.close();
  }
});

test('many tasks share few processes, each has its own answer, and closing ends all', async () => {
  const pipeline = createPipeline({ processes: 2 });
  const files = await Promise.all(
    [10, 20, 30, 40, 50, 60].map(async (width) =>
      pictures.write(`${width}.png`, await gradient(width, 10).png().toBuffer()),
    ),
  );
  const before = childrenOfThis('pixels.worker');
  const facts = await Promise.all(files.map((file) => pipeline.examine(file)));
  expect(facts.map(({ width }) => width)).toEqual([10, 20, 30, 40, 50, 60]);
  const started = childrenOfThis('pixels.worker').filter((pid) => !before.includes(pid));
  expect(started.length).toBeLessThanOrEqual(2);
  await pipeline.close();
  await expect(pipeline.examine(files[0] as string)).rejects.toMatchObject({ code: 'unavailable' });
});

test('closing fails what runs and what waits', async () => {
  const pipeline = createPipeline({ processes: 1 });
  const file = await slow();
  const both = [pipeline.examine(file), pipeline.examine(file)].map((task) =>
    expect(task).rejects.toMatchObject({ code: 'unavailable' }),
  );
  await pipeline.close();
  await Promise.all(both);
});

test('a process gets none of the settings of the server', async () => {
  process.env.SLIPWAY_SECRET_KEY = 'secret-of-the-server';
  const worker = new PixelProcess();
  try {
    const environment = execFileSync('cat', [`/proc/${worker.pid}/environ`]).toString();
    expect(environment).not.toContain('secret-of-the-server');
  } finally {
    delete process.env.SLIPWAY_SECRET_KEY;
    worker.end('over');
  }
});

test('a file that vanished may come back', async () => {
  const pipeline = createPipeline({ processes: 1 });
  await expect(pipeline.examine('/nowhere/picture.png')).rejects.toMatchObject({ code: 'unavailable' });
  await pipeline.close();
});
