/** Looks until there is something, for four minutes unless told otherwise. Throws with `what` when it never came. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  what: string,
  milliseconds = 240_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
  throw new Error(`Waited ${milliseconds / 1000} s for ${what}`);
}

/** The moment at which something is killed, in milliseconds from now. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
