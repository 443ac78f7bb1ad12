/**
 * Chooses at most `free` pieces so that projects have about equally many under way: each next piece comes from the
 * project with the fewest running and chosen, the earlier queue among equals. Pure.
 */
export function fairChoice<Piece>(
  queues: readonly { readonly running: number; readonly waiting: readonly Piece[] }[],
  free: number,
): Piece[] {
  const shares = queues.map((queue) => ({ busy: queue.running, waiting: [...queue.waiting] }));
  const chosen: Piece[] = [];
  while (chosen.length < free) {
    let next: (typeof shares)[number] | undefined;
    for (const share of shares) {
      if (share.waiting.length > 0 && (next === undefined || share.busy < next.busy)) next = share;
    }
    const piece = next?.waiting.shift();
    if (next === undefined || piece === undefined) break;
    next.busy += 1;
    chosen.push(piece);
  }
  return chosen;
}
