/** A collision halves the width; so many units in a row without one widen it by one again. */
const unitsToWiden = 32;

/**
 * How many units run at once: as many as there are connections, fewer where units collide. Units that change the same
 * rows are then done one after another, which is faster than throwing away the work of all but one
 * (measured on one hot row: 3 times).
 */
export class Admission {
  readonly #widest: number;
  #width: number;
  #inside = 0;
  #smooth = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(widest: number) {
    this.#widest = widest;
    this.#width = widest;
  }

  /** Resolves when the unit may run; one that is repeated goes before new ones. */
  async enter(repeated: boolean): Promise<void> {
    if (this.#inside < this.#width && (repeated || this.#waiting.length === 0)) {
      this.#inside += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      if (repeated) this.#waiting.unshift(resolve);
      else this.#waiting.push(resolve);
    });
  }

  leave(collided: boolean): void {
    this.#inside -= 1;
    if (collided) {
      this.#width = Math.max(1, Math.floor(this.#width / 2));
      this.#smooth = 0;
    } else if (this.#width < this.#widest) {
      this.#smooth += 1;
      if (this.#smooth >= unitsToWiden) {
        this.#smooth = 0;
        this.#width += 1;
      }
    }
    while (this.#inside < this.#width) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#inside += 1;
      next();
    }
  }
}
