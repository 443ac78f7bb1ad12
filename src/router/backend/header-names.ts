/**
 * Headers that mean one connection only and never go further (RFC 9110 7.6.1), in lower case. `content-length` and
 * `transfer-encoding` are read and written anew, because bodies are framed anew.
 */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Lengths of those names: most headers are told apart without making them lower case. */
const lengths: ReadonlySet<number> = new Set([...connectionHeaders].map((name) => name.length));

/** Whether a header, however it is written, belongs to its connection only. */
export function isConnectionHeader(name: string): boolean {
  return lengths.has(name.length) && connectionHeaders.has(name.toLowerCase());
}

/** The header names that a `Connection` header declares to be for this connection only, in lower case. */
export function namedByConnection(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'close' && name !== 'keep-alive');
}
