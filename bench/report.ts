/** The middle of the values; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Prints one figure with what it has to be, and makes the process fail when it is not. */
export function judge(
  what: string,
  figure: number,
  bound: { atMost: number } | { atLeast: number },
  unit = '',
): void {
  const met = 'atMost' in bound ? figure <= bound.atMost : figure >= bound.atLeast;
  const wanted = 'atMost' in bound ? `at most ${bound.atMost}` : `at least ${bound.atLeast}`;
  process.stdout.write(
    `${met ? 'met   ' : 'MISSED'}  ${what}: ${figure.toFixed(2)}${unit} (${wanted}${unit})\n`,
  );
  if (!met) process.exitCode = 1;
}

/** Prints one line of what was measured. */
export function tell(text: string): void {
  process.stdout.write(`        ${text}\n`);
}
