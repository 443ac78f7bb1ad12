const firstSeconds = 1;
const mostSeconds = 600;

/**
 * Milliseconds to wait after the `attempt`-th try failed (from 1): 1 s, doubling up to ten minutes, of which `random`
 * (0 to below 1) takes away up to a half, so that what failed together doesn't come back together.
 */
export function backoffMilliseconds(attempt: number, random: number): number {
  const seconds = Math.min(firstSeconds * 2 ** (attempt - 1), mostSeconds);
  return Math.round(seconds * 1000 * (1 - random / 2));
}
