let text = '';
let until = 0;

/** The value of a `Date` header (RFC 9110 5.6.7), made once a second. */
export function httpDate(now = Date.now()): string {
  if (now >= until || now < until - 1_000) {
    const second = Math.floor(now / 1_000) * 1_000;
    text = new Date(second).toUTCString();
    until = second + 1_000;
  }
  return text;
}
