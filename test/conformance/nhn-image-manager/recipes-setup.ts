import { expect } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { api, codeOf, fetched, shop, upload } from './setup.ts';

/** One job of an operation. */
export function job(templateOperationId: string, option: object = {}) {
  return { templateOperationId, option };
}

/** Makes an operation of the shop, or changes it. */
export async function define(
  server: TestServer,
  name: string,
  jobs: readonly ReturnType<typeof job>[],
  more: object = {},
): Promise<void> {
  const answer = await api(server, 'PUT', `/operations/${name}`, { json: { data: jobs, ...more } });
  if (codeOf(answer) !== 0) throw new Error(answer.text);
}

/** Uploads a file of the shop that must be taken. */
export async function put(server: TestServer, path: string, bytes: Buffer, values = {}) {
  const answer = await upload(server, path, bytes, values);
  if (codeOf(answer) !== 0) throw new Error(answer.text);
  return answer.json.file;
}

/** The public URL of a path of the shop; `query` begins with `?`. */
export function publicUrl(server: TestServer, path: string, query = ''): string {
  return `${server.url}/i/${shop.container}${path}${query}`;
}

/** What the image host answers for a path of the shop. */
export async function shown(server: TestServer, path: string, query = '', init: RequestInit = {}) {
  return await fetched(server, publicUrl(server, path, query), init);
}

/** The bytes of a recipe's result, made in real time. */
export async function madeOf(server: TestServer, path: string, recipe: string): Promise<Buffer> {
  const answer = await shown(server, path, `?${recipe}`);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.bytes.toString()}`);
  return answer.bytes;
}

/** Starts recipes on paths below the root. */
export async function exec(
  server: TestServer,
  filepaths: readonly string[],
  operationIds: readonly string[],
  more: object = {},
) {
  return await api(server, 'POST', '/operations-exec', {
    json: { basepath: '/', filepaths, operationIds, ...more },
  });
}

/** The status that a task ends with; it may take so many milliseconds. */
export async function endOf(server: TestServer, queueId: string, timeout = 100_000): Promise<string> {
  const status = async () => (await api(server, 'GET', `/queues/${queueId}`)).json.queue.status;
  await expect.poll(status, { interval: 10, timeout }).toMatch(/^[DF]$/);
  return await status();
}

/** Runs a recipe that must succeed, and answers the names of what the folder holds of it, in order. */
export async function run(server: TestServer, path: string, recipe: string): Promise<void> {
  const answer = await exec(server, [path], [recipe]);
  if (codeOf(answer) !== 0) throw new Error(answer.text);
  for (const { queueId } of answer.json.queues) {
    if ((await endOf(server, queueId)) !== 'D') throw new Error(`${recipe} of ${path} failed`);
  }
}
