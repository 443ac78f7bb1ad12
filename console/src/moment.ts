const full = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A point in time in the reader's zone, in full: `21 Nov 2026, 19:24:33 UTC`. */
export function fullMoment(at: number): string {
  return full.format(at);
}

/**
 * A point in time as near as it matters: `just now`, `8 s ago`, `5 min ago`, `today 09:12`, `yesterday 22:40`,
 * `3 Oct 2026, 14:00`. What lies ahead of the clock reads `just now`: two clocks rarely agree to the second.
 */
export function nearMoment(at: number, now: number): string {
  const ago = now - at;
  if (ago < 5_000) return 'just now';
  if (ago < 60_000) return `${Math.floor(ago / 1000)} s ago`;
  if (ago < 3_600_000) return `${Math.floor(ago / 60_000)} min ago`;
  const then = day.format(at);
  if (then === day.format(now)) return `today ${clock.format(at)}`;
  if (then === day.format(now - 86_400_000)) return `yesterday ${clock.format(at)}`;
  return `${then}, ${clock.format(at)}`;
}

const clockWithSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** The time of day in the reader's zone: `19:24:33`. */
export function clockTime(at: number): string {
  return clockWithSeconds.format(at);
}
