import { zip } from '../conformance/nhn-image-manager/zip.ts';
import { imageWorld } from './image-declaration.ts';
import { nextPicture, type SentPicture } from './sent-pictures.ts';

/** What was sent to a path, without its bytes. */
export type Content = Pick<SentPicture, 'colour' | 'sha256'>;

/** A file that was acknowledged and is never overwritten. */
export interface KeptFile {
  readonly path: string;
  readonly content: Content;
  readonly id: string;
  /** A delete was sent: until it is acknowledged, the file may be there or not. */
  doomed: boolean;
  gone: boolean;
}

/** A path that is overwritten all the time, by one caller at a time. */
export interface SharedPath {
  readonly path: string;
  /** All that was sent there, in its order. */
  readonly sent: Content[];
  /** Which of them was acknowledged last: that one is there, or a later one. */
  acknowledged: number;
  busy: boolean;
}

interface WireFile {
  readonly id: string;
  readonly path: string;
  readonly queues: readonly { readonly queueId: string }[];
}

interface Answer {
  readonly header: { readonly resultCode: number; readonly resultMessage: string };
  readonly file?: WireFile;
  readonly folder?: { readonly id: string };
  readonly successes?: readonly WireFile[];
  readonly queue?: { readonly queueId: string; readonly status: string };
  readonly queues?: readonly { readonly queueId: string }[];
}

/** Speaks Image Manager to the server that is being killed, and keeps what it acknowledged. */
export class ImageCaller {
  readonly kept: KeptFile[] = [];
  readonly shared: SharedPath[] = imageWorld.sharedPaths.map((path) => ({
    path,
    sent: [],
    acknowledged: -1,
    busy: false,
  }));
  readonly queues: string[] = [];
  /** How many calls were answered. */
  answers = 0;
  readonly #base: string;
  readonly #random: () => number;
  #named = 0;

  constructor(base: string, random: () => number) {
    this.#base = `${base}/image/v2.0/appkeys/${imageWorld.appKey}`;
    this.#random = random;
  }

  /** One file; a third of them with an operation. */
  async uploadOne(): Promise<void> {
    const path = `/single/one-${this.#next()}.png`;
    const picture = await nextPicture(this.#random);
    const query = { path, ...(this.#random() < 0.3 && { operationIds: imageWorld.small }) };
    const answer = await this.#call('PUT', `/images?${new URLSearchParams(query)}`, picture.bytes);
    if (answer?.file) this.#acknowledge([answer.file], new Map([[path, picture]]));
  }

  /** Two files and an archive of three, in a folder of their own. */
  async uploadMany(): Promise<void> {
    const folder = `/many/call-${this.#next()}`;
    const sent = new Map<string, SentPicture>();
    const form = new FormData();
    form.set('params', JSON.stringify({ basepath: folder, operationIds: [imageWorld.small] }));
    for (const name of ['left.png', 'right.png']) {
      const picture = await nextPicture(this.#random);
      sent.set(`${folder}/${name}`, picture);
      form.append('files', new Blob([new Uint8Array(picture.bytes)]), name);
    }
    const entries = [];
    for (const name of ['in/n1.png', 'in/n2.png', 'in/n3.png']) {
      const picture = await nextPicture(this.#random);
      sent.set(`${folder}/${name}`, picture);
      entries.push({ name, bytes: picture.bytes });
    }
    form.append('files', new Blob([new Uint8Array(zip(entries))]), 'packed.zip');
    const answer = await this.#call('POST', '/images', form);
    if (answer?.successes) this.#acknowledge(answer.successes, sent);
  }

  /** Gives every shared path its first content: operations may name any of them. */
  async fillShared(): Promise<void> {
    for (const shared of this.shared) await this.#write(shared);
  }

  /** A new content for one of the shared paths. */
  async overwrite(): Promise<void> {
    const shared = this.#one(this.shared.filter(({ busy }) => !busy));
    if (shared) await this.#write(shared);
  }

  async #write(shared: SharedPath): Promise<void> {
    shared.busy = true;
    const { bytes, ...content } = await nextPicture(this.#random);
    const index = shared.sent.push(content) - 1;
    const query = new URLSearchParams({ path: shared.path, overwrite: 'true' });
    const answer = await this.#call('PUT', `/images?${query}`, bytes);
    if (answer?.file) shared.acknowledged = index;
    shared.busy = false;
  }

  /** Both operations on a file that stays and on one that is overwritten. */
  async runOperations(): Promise<void> {
    const file = this.#one(this.kept.filter(({ doomed }) => !doomed));
    const paths = [file?.path, this.#one(this.shared)?.path].filter((path) => path !== undefined);
    const asked = { basepath: '/', filepaths: paths, operationIds: [imageWorld.small, imageWorld.tiles] };
    // Partial when the file that stays is deleted at this moment.
    const answer = await this.#call('POST', '/operations-exec', JSON.stringify(asked), [0, 1]);
    for (const { queueId } of answer?.queues ?? []) this.queues.push(queueId);
  }

  /** One file, with what was made of it, before the answer. */
  async deleteNow(): Promise<void> {
    const file = this.#one(this.kept.filter(({ doomed }) => !doomed));
    if (!file) return;
    file.doomed = true;
    const query = new URLSearchParams({ fileId: file.id, includeThumbnail: 'true' });
    // Already asked to be deleted, or gone, when its folder is deleted at this moment.
    const answer = await this.#call('DELETE', `/images/sync?${query}`, undefined, [0, 21_002, 21_011]);
    if (answer?.header.resultCode === 0) file.gone = true;
  }

  /** A file and a whole folder, in the background. */
  async deleteLater(): Promise<void> {
    const inFolder = this.#one(this.kept.filter(({ doomed, path }) => !doomed && path.startsWith('/many/')));
    const folder = inFolder?.path.split('/').slice(0, 3).join('/');
    const found = folder ? await this.#call('GET', `/properties/simple?path=${folder}`) : undefined;
    const single = this.#one(this.kept.filter(({ doomed, path }) => !doomed && path.startsWith('/single/')));
    if (!single || !found?.folder) return;
    const doomed = this.kept.filter((file) => file === single || file.path.startsWith(`${folder}/`));
    for (const file of doomed) file.doomed = true;
    const query = new URLSearchParams({ fileIds: single.id, folderIds: found.folder.id });
    const answer = await this.#call('DELETE', `/images/async?${query}`, undefined, [0, 21_002, 21_011]);
    if (!answer?.queue) return;
    this.queues.push(answer.queue.queueId);
    for (const file of doomed) file.gone = true;
  }

  /** Whether the task has ended: D or F. */
  async hasEnded(queueId: string): Promise<boolean> {
    const answer = await this.#call('GET', `/queues/${queueId}`);
    return /^[DF]$/.test(answer?.queue?.status ?? '');
  }

  #acknowledge(files: readonly WireFile[], sent: ReadonlyMap<string, SentPicture>): void {
    for (const { id, path, queues } of files) {
      const picture = sent.get(path);
      if (!picture) throw new Error(`${path} was acknowledged and never sent`);
      const { colour, sha256 } = picture;
      this.kept.push({ path, content: { colour, sha256 }, id, doomed: false, gone: false });
      for (const { queueId } of queues) this.queues.push(queueId);
    }
  }

  #next(): number {
    this.#named += 1;
    return this.#named;
  }

  #one<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  /** A broken connection acknowledges nothing; an unexpected refusal is a failure of the test. */
  async #call(
    method: string,
    path: string,
    body?: NonNullable<RequestInit['body']>,
    expected: readonly number[] = [0],
  ): Promise<Answer | undefined> {
    const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    let answer: Answer;
    try {
      const response = await fetch(this.#base + path, {
        method,
        headers: { authorization: imageWorld.secretKey, ...type },
        ...(body !== undefined && { body }),
      });
      answer = (await response.json()) as Answer;
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
      throw error;
    }
    const { resultCode, resultMessage } = answer.header;
    if (!expected.includes(resultCode))
      throw new Error(`${method} ${path} was refused: ${resultCode} ${resultMessage}`);
    this.answers += 1;
    return answer;
  }
}
