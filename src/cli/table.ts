/** Rows under headings, in columns that are as wide as their widest cell; the last one is not padded. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings.map(inCapitals), ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => displayWidth(line[column] ?? ''))),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === line.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The words of a field's name stay apart: `createdAt` stands as CREATED AT. */
function inCapitals(heading: string): string {
  return heading.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}

/** Columns in a terminal: CJK letters take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const letter of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(letter) ? 2 : 1;
  return width;
}

/** A value as one cell: no line breaks and no control characters, which a terminal would obey. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** `2026-01-31 14:05:09`, in the reader's own zone; `-` for null. */
export function timeCell(epochMilliseconds: number | null | undefined): string {
  if (epochMilliseconds === null || epochMilliseconds === undefined) return '-';
  const date = new Date(epochMilliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `850 ms`, `12.4 s`, `3 min 5 s`; `-` before the start. */
export function durationCell(from: number | null, to: number | null, now: number): string {
  if (from === null) return '-';
  const milliseconds = Math.max(0, (to ?? now) - from);
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.floor((milliseconds % 60_000) / 1000)} s`;
}
