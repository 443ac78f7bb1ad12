/** A size for people, in binary units: `0 B`, `812 B`, `4.2 KiB`, `1 MiB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let size = count / 1024;
  let unit = 0;
  while (size >= 1023.95 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(1).replace(/\.0$/, '')} ${units[unit]}`;
}
