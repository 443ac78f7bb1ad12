/** A function that passes on the newest value: the first at once, then at most one in every `interval` milliseconds. */
export interface Pace<T> {
  (value: T): void;
  /** Passes on at once what waits, if anything does. */
  flush(): void;
}

/**
 * Slows `pass` down without losing the last value. Two hundred hosts that end within a second are two hundred changes;
 * drawing a thousand cells for each of them would keep the page from answering.
 */
export function paced<T>(interval: number, pass: (value: T) => void): Pace<T> {
  let waiting: { value: T } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const release = () => {
    timer = undefined;
    if (waiting === undefined) return;
    const { value } = waiting;
    waiting = undefined;
    timer = setTimeout(release, interval);
    pass(value);
  };
  return Object.assign(
    (value: T) => {
      waiting = { value };
      if (timer === undefined) release();
    },
    {
      flush: () => {
        clearTimeout(timer);
        release();
      },
    },
  );
}
