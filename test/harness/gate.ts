/** Lets those who wait pass together as soon as there are enough of them; later ones pass at once. */
export function gate(count: number): { pass(): Promise<void> } {
  let waiting: (() => void)[] = [];
  let arrived = 0;
  return {
    pass() {
      arrived += 1;
      if (arrived >= count) {
        for (const go of waiting) go();
        waiting = [];
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** A promise and the function that fulfils it. */
export function signal<T = void>(): { readonly came: Promise<T>; come(value: T): void } {
  let come: (value: T) => void = () => {};
  const came = new Promise<T>((resolve) => {
    come = resolve;
  });
  return { came, come };
}
