/**
 * Deals indexes in proportion to whole weights: a deck with one card for each part of the weights is shuffled and dealt
 * to its end, then again. Shares are true over any hundred requests and not only in the long run, a weight of 0 is never
 * dealt, and callers that send requests in a rhythm do not meet a rhythm of the deck.
 */
export class Deck {
  readonly #cards: Uint8Array;
  readonly #random: () => number;
  #next: number;

  /** At most 256 weights; `random` gives 0 to below 1. */
  constructor(weights: readonly number[], random: () => number) {
    this.#cards = Uint8Array.from(weights.flatMap((weight, index) => new Array<number>(weight).fill(index)));
    this.#random = random;
    this.#next = this.#cards.length;
  }

  /** The next index; undefined when all weights are 0. */
  deal(): number | undefined {
    if (this.#next >= this.#cards.length) this.#shuffle();
    return this.#cards[this.#next++];
  }

  #shuffle(): void {
    const cards = this.#cards;
    for (let last = cards.length - 1; last > 0; last--) {
      const other = Math.floor(this.#random() * (last + 1));
      const card = cards[last] as number;
      cards[last] = cards[other] as number;
      cards[other] = card;
    }
    this.#next = 0;
  }
}
