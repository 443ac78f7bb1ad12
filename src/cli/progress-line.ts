/** A line on standard error that is written over while something takes its time; silent where there is no terminal. */
export function progressLine(stream: NodeJS.WriteStream): { show(text: string): void; end(): void } {
  let shown = false;
  let last = 0;
  return {
    show(text) {
      const now = performance.now();
      if (!stream.isTTY || now - last < 100) return;
      last = now;
      shown = true;
      stream.write(`\r\u001b[K${text}`);
    },
    end() {
      if (shown) stream.write('\r\u001b[K');
    },
  };
}

/** `1.5 GiB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
