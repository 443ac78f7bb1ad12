import { createHash } from 'node:crypto';
import type { Content, ImageCaller, KeptFile, SharedPath } from './image-caller.ts';
import { imageWorld } from './image-declaration.ts';
import { onlyColourOf, sha256Of } from './sent-pictures.ts';

/** What the image host answered; undefined for a connection that broke. */
interface Shown {
  readonly status: number;
  readonly tag: string;
  readonly bytes: Buffer;
}

/** Looks at public URLs while the server is being killed, and keeps what should never have been seen. */
export class ImageReader {
  readonly wrong: string[] = [];
  /** How many pictures were looked at. */
  looked = 0;
  readonly #base: string;
  readonly #caller: ImageCaller;
  readonly #random: () => number;

  constructor(base: string, caller: ImageCaller, random: () => number) {
    this.#base = `${base}/i/${imageWorld.container}`;
    this.#caller = caller;
    this.#random = random;
  }

  /** An original or what a recipe makes of it in real time, at a path that is overwritten or at one that stays. */
  async look(): Promise<void> {
    const { shared, kept } = this.#caller;
    const isMade = this.#random() < 0.4;
    if (this.#random() < 0.7) await this.#lookAtShared(this.#one(shared), isMade);
    else await this.lookAtKept(this.#one(kept), isMade);
  }

  /** What was acknowledged last, or one that was sent after it: the old picture or the new one, never half of either. */
  async #lookAtShared(shared: SharedPath | undefined, isMade: boolean): Promise<void> {
    if (!shared || shared.acknowledged < 0) return;
    const oldest = shared.acknowledged;
    const shown = await this.#get(shared.path + (isMade ? `?${imageWorld.small}` : ''));
    await this.#judge(shared.path, shown, shared.sent.slice(oldest), isMade);
  }

  /** A file that was acknowledged, while nobody deletes it. */
  async lookAtKept(file: KeptFile | undefined, isMade: boolean): Promise<void> {
    if (!file || file.doomed) return;
    const shown = await this.#get(file.path + (isMade ? `?${imageWorld.small}` : ''));
    if (!file.doomed) await this.#judge(file.path, shown, [file.content], isMade);
  }

  /** A file whose delete was acknowledged. */
  async lookAtGone(file: KeptFile): Promise<void> {
    const shown = await this.#get(file.path);
    if (shown?.status !== 404) this.wrong.push(`${file.path} was deleted and answers ${shown?.status}`);
  }

  async #judge(
    path: string,
    shown: Shown | undefined,
    allowed: readonly Content[],
    isMade: boolean,
  ): Promise<void> {
    if (!shown) return;
    this.looked += 1;
    const what = `${path}${isMade ? `?${imageWorld.small}` : ''}`;
    if (shown.status !== 200) {
      this.wrong.push(`${what} answered ${shown.status}: ${shown.bytes.toString()}`);
      return;
    }
    if (shown.tag !== `"${createHash('md5').update(shown.bytes).digest('hex')}"`)
      this.wrong.push(`${what} has the tag of other bytes`);
    const isKnown = isMade
      ? await onlyColourOf(shown.bytes).then(
          (colour) => allowed.some((content) => content.colour === colour),
          () => false,
        )
      : allowed.some((content) => content.sha256 === sha256Of(shown.bytes));
    if (!isKnown) this.wrong.push(`${what} shows ${shown.bytes.length} bytes that are no allowed picture`);
  }

  async #get(path: string): Promise<Shown | undefined> {
    try {
      const { status, headers, body } = await fetch(this.#base + path).then(async (response) => ({
        status: response.status,
        headers: response.headers,
        body: await response.arrayBuffer(),
      }));
      return { status, tag: headers.get('etag') ?? '', bytes: Buffer.from(body) };
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  #one<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}
