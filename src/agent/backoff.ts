/**
 * Milliseconds to wait before try number `attempt` (from 1): doubled from 200 ms up to 10 s, of which a random half is
 * taken away, so that thousands of agents do not come back to a restarted server at one moment.
 */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(10_000, 200 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (0.5 + random / 2));
}
