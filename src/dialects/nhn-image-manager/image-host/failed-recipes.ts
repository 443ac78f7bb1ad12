import type { Recipe, StoredFile } from '../../../media/index.ts';
import type { Clock } from '../../../storage/index.ts';

/** How long a failure is answered without another try. */
const rememberedMilliseconds = 60_000;
/** So many failures are remembered, the oldest go first. */
const mostFailures = 2_000;

/**
 * Recipes that failed on a picture a moment ago. Whoever has the URL may ask again and again, and each try may take a
 * process for as long as the pipeline lets it. Another content of the picture or another recipe is another key.
 */
export class FailedRecipes {
  readonly #clock: Clock;
  /** Until when, by key, in the order in which they failed. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it failed a moment ago. */
  has(source: StoredFile, name: string, recipe: Recipe): boolean {
    const until = this.#until.get(keyOf(source, name, recipe));
    return until !== undefined && until > this.#clock.now();
  }

  /** It failed now. */
  add(source: StoredFile, name: string, recipe: Recipe): void {
    const key = keyOf(source, name, recipe);
    this.#until.delete(key);
    this.#until.set(key, this.#clock.now() + rememberedMilliseconds);
    for (const oldest of this.#until.keys()) {
      if (this.#until.size <= mostFailures) break;
      this.#until.delete(oldest);
    }
  }
}

function keyOf(source: StoredFile, name: string, recipe: Recipe): string {
  return JSON.stringify([source.id, source.sha256, name, recipe]);
}
