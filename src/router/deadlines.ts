/** Something that has to happen until a certain moment. */
export interface Watched {
  /** Milliseconds of a steady clock; Infinity for never. */
  readonly dueAt: number;
  /** The moment has passed. Called again and again until `dueAt` is later. */
  due(): void;
}

/**
 * Looks a few times a second for what is due. A timer for each of thousands of connections, moved with every read and
 * write, would cost more than the reads' own work.
 */
export class Deadlines {
  readonly #watched = new Set<Watched>();
  readonly #tick: number;
  readonly #timer: NodeJS.Timeout;
  #now = performance.now();

  /** `tickMilliseconds`: how late what is due may be noticed. */
  constructor(tickMilliseconds: number) {
    this.#tick = tickMilliseconds;
    this.#timer = setInterval(() => this.#look(), tickMilliseconds).unref();
  }

  /** The moment when so many milliseconds have passed for certain; at most two ticks more will have. */
  after(milliseconds: number): number {
    return this.#now + milliseconds + this.#tick;
  }

  watch(item: Watched): void {
    this.#watched.add(item);
  }

  unwatch(item: Watched): void {
    this.#watched.delete(item);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#now = performance.now();
    for (const item of this.#watched) if (item.dueAt <= this.#now) item.due();
  }
}
