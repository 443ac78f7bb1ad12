/** Lets one caller at a time do something under a name, within this process, in the order of asking. */
export class ExclusiveNames {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(name: string, once: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(once, once);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
