/**
 * Whether a header, its name in lower case, means one connection only and never goes further (RFC 9110 7.6.1).
 * `transfer-encoding` is read and written anew, because bodies are framed anew.
 */
export function isConnectionHeader(name: string): boolean {
  switch (name) {
    case 'connection':
    case 'keep-alive':
    case 'proxy-connection':
    case 'proxy-authenticate':
    case 'proxy-authorization':
    case 'te':
    case 'transfer-encoding':
    case 'upgrade':
    case 'http2-settings':
      return true;
    default:
      return false;
  }
}

/** What a `Connection` header says. */
export interface ConnectionOptions {
  readonly closes: boolean;
  readonly keeps: boolean;
  /** The headers that it declares to be for this connection only, in lower case. */
  readonly named: readonly string[];
}

const nothingSaid: ConnectionOptions = { closes: false, keeps: false, named: [] };
const plainlyKept: ConnectionOptions = { closes: false, keeps: true, named: [] };

/** Reads the values of all `Connection` headers, joined by commas; undefined where there is none. */
export function readConnection(value: string | undefined): ConnectionOptions {
  if (value === undefined) return nothingSaid;
  if (value === 'keep-alive') return plainlyKept;
  const options = value
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  return {
    closes: options.includes('close'),
    keeps: options.includes('keep-alive'),
    named: options.filter((option) => option !== '' && option !== 'close' && option !== 'keep-alive'),
  };
}
