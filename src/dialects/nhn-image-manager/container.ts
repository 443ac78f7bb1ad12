const letters = 26;
const length = 7;

/**
 * The n-th container name, from 0: seven lower-case letters that count up from `aaaaaaa` (contract nhn-image-manager
 * 5.12). Throws RangeError beyond the last one.
 */
export function containerName(n: number): string {
  if (!Number.isInteger(n) || n < 0 || n >= letters ** length)
    throw new RangeError('no container names left');
  let left = n;
  let name = '';
  for (let place = 0; place < length; place += 1) {
    name = String.fromCharCode(97 + (left % letters)) + name;
    left = Math.floor(left / letters);
  }
  return name;
}
