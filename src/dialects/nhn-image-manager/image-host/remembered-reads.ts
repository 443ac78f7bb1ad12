/**
 * Values read by key, kept until somebody says that they may have changed; at most `most`, the first read goes first.
 * A read that a change came into the middle of is answered but not kept, so nothing old is ever kept.
 */
export class RememberedReads<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();
  #changes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key; `read` fetches it when it is not kept. What is undefined is read again each time. */
  async get(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const kept = this.#values.get(key);
    if (kept !== undefined) return kept;
    const before = this.#changes;
    const value = await read();
    if (value !== undefined && before === this.#changes) this.#keep(key, value);
    return value;
  }

  /** The value of this key may have changed. */
  forget(key: string): void {
    this.#changes += 1;
    this.#values.delete(key);
  }

  /** The values of all keys with this beginning may have changed; without one, all values. */
  forgetBelow(beginning = ''): void {
    this.#changes += 1;
    if (beginning === '') this.#values.clear();
    else {
      for (const key of this.#values.keys()) if (key.startsWith(beginning)) this.#values.delete(key);
    }
  }

  #keep(key: string, value: Value): void {
    if (this.#values.size >= this.#most) {
      for (const oldest of this.#values.keys()) {
        this.#values.delete(oldest);
        break;
      }
    }
    this.#values.set(key, value);
  }
}
