import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where an agent keeps what must survive its restart. All of it is readable by the agent's user only. */
export interface StateFolder {
  readonly path: string;
  readonly lock: string;
  readonly credential: string;
  readonly journal: string;
  /** One folder per script that runs, named by its mark. */
  readonly steps: string;
  readonly blobs: string;
  /** One folder per instance, named by its id. */
  readonly instances: string;
  /** The installed copy of the program, which updates itself. */
  readonly program: string;
}

/** Makes the folder and its sub-folders when they are missing. */
export function openStateFolder(path: string): StateFolder {
  const root = resolve(path);
  const folder = {
    path: root,
    lock: join(root, 'lock'),
    credential: join(root, 'credential.json'),
    journal: join(root, 'journal.jsonl'),
    steps: join(root, 'steps'),
    blobs: join(root, 'blobs'),
    instances: join(root, 'instances'),
    program: join(root, 'slipway-agent.mjs'),
  };
  for (const each of [root, folder.steps, folder.blobs, folder.instances]) {
    mkdirSync(each, { recursive: true, mode: 0o700 });
  }
  return folder;
}
