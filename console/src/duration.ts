/** How long something took, for people: `8 ms`, `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`, `2 d 3 h`. In milliseconds. */
export function duration(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length < 99.5) return `${Math.round(length)} ms`;
  if (length < 9_950) return `${(length / 1000).toFixed(1)} s`;
  const seconds = Math.round(length / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Like `duration`, in whole seconds: for what still runs, so that the text changes once a second at most. */
export function runningDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 10 ? `${seconds} s` : duration(seconds * 1000);
}

/** A length as the `datetime` attribute of `<time>` wants it: `PT12.3S`. */
export function machineDuration(milliseconds: number): string {
  return `PT${(Math.max(0, milliseconds) / 1000).toFixed(1)}S`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
