import type { FastifyRequest } from 'fastify';
import type { Folder, StoredFile, Task, TaskState, Totals } from '../../media/index.ts';
import type { Context } from './context.ts';
import { dateTime } from './date-time.ts';
import { type Failure, success } from './errors.ts';
import { imageBase, imageUrl } from './image-url.ts';
import type { Service } from './store/service.ts';

/** The content type of every answer of the API (contract nhn-image-manager 2.3). */
export const jsonType = 'application/json;charset=UTF-8';

/** The header of an envelope. */
export interface Header extends Failure {
  readonly isSuccessful: boolean;
}

/** The header for a failure, or for success. */
export function headerOf({ resultCode, resultMessage }: Failure = success): Header {
  return { isSuccessful: resultCode === 0, resultCode, resultMessage };
}

/** A successful answer: the header first, then what the operation answers, which may have a header of its own. */
export function successEnvelope(answer: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ header: headerOf(), ...answer });
}

/** A failed answer: the header alone. */
export function failureEnvelope(failure: Failure): string {
  return JSON.stringify({ header: headerOf(failure) });
}

/** What the shapes of one answer are made with. */
export interface Wire {
  /** An epoch in milliseconds as the original writes it. */
  date(epoch: number): string;
  /** The public URL of a path. */
  url(path: string): string;
}

/** For answers about `service`; `request` tells which address its caller used. */
export function wireFor(
  context: Context,
  service: Pick<Service, 'container'>,
  request?: FastifyRequest,
): Wire {
  const { timeZone } = context.parts.settings;
  const base = imageBase(context, request);
  return {
    date: (epoch) => dateTime(epoch, timeZone),
    url: (path) => imageUrl(base, service.container, path),
  };
}

/** A folder (contract nhn-image-manager 2.8); with totals in the answer to properties. */
export function wireFolder(wire: Wire, { id, name, path, createdAt }: Folder, totals?: Totals) {
  return {
    isFolder: true,
    id,
    name,
    path,
    ...(totals && {
      bytes: totals.bytes,
      totalFolderCount: totals.folders,
      totalFileCount: totals.files,
    }),
    updatedAt: wire.date(createdAt),
  };
}

/** A file (contract nhn-image-manager 2.8); `tasks` are those that its upload started. */
export function wireFile(wire: Wire, file: StoredFile, tasks: readonly Task[] = []) {
  const { id, name, path, bytes, width, height, coordinate } = file;
  return {
    isFolder: false,
    id,
    url: wire.url(path),
    name,
    path,
    bytes,
    createdBy: file.origin === 'derived' ? 'P' : 'U',
    updatedAt: wire.date(file.updatedAt),
    operationId: file.recipe ?? '',
    imageProperty: {
      width,
      height,
      createdAt: wire.date(file.takenAt ?? file.createdAt),
      coordinate: { lat: coordinate?.latitude ?? null, lng: coordinate?.longitude ?? null },
    },
    queues: tasks.map((task) => wireQueue(wire, task)),
  };
}

const statuses: Readonly<Record<TaskState, string>> = {
  waiting: 'W',
  processing: 'P',
  done: 'D',
  failed: 'F',
};

/** A task (contract nhn-image-manager 2.8); a removal names no file. */
export function wireQueue(wire: Wire, { id, kind, state, retries, queuedAt, recipe, target }: Task) {
  return {
    queueId: id,
    queueType: kind === 'derive' ? 'image' : 'delete',
    status: statuses[state],
    tryCount: retries,
    queuedAt: wire.date(queuedAt),
    operationId: recipe ?? '',
    url: target ? wire.url(target.path) : '',
    name: target?.name ?? '',
    path: target?.path ?? '',
  };
}
