import { mkdir, rm } from 'node:fs/promises';
import { ChangeNews } from './change-news.ts';
import { createDerivatives } from './create-derivatives.ts';
import { createRemovals } from './create-removals.ts';
import { createTasks } from './create-tasks.ts';
import { createTree } from './create-tree.ts';
import { createUsage } from './create-usage.ts';
import type { Media, MediaParts } from './media.ts';
import { TaskEnds } from './task-rows.ts';

/** Puts the media library together and registers its work. */
export function createMedia(given: MediaParts): Media {
  const news = new ChangeNews(given.storage);
  const parts = { ...given, news, ends: new TaskEnds() };
  const derivatives = createDerivatives(parts);
  const tasks = createTasks({ ...parts, derivatives });
  const usage = createUsage(parts);
  return {
    tree: createTree(parts),
    removals: createRemovals(parts),
    derivatives,
    tasks,
    usage,
    pipeline: given.pipeline,
    onChange: (listener) => news.listen(listener),
    async start() {
      await rm(given.workFolder, { recursive: true, force: true });
      await mkdir(given.workFolder, { recursive: true });
      await tasks.keepForgetting();
    },
    async stop() {
      await usage.flush();
      await given.pipeline.close();
    },
  };
}
