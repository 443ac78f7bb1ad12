import { CoreError } from '../errors/index.ts';

/** What the headers of a multipart part say. */
export interface PartHeaders {
  readonly name: string;
  /** Present for files. The last segment of the path that was given, undefined inside when nothing usable is left. */
  readonly file: { readonly name: string | undefined } | undefined;
  readonly contentType: string | undefined;
  /** Lower case; undefined when the part names none. */
  readonly charset: string | undefined;
}

/** Reads the header lines of a part; throws `invalid` for a part without a name. */
export function partHeaders(lines: readonly string[]): PartHeaders {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = parameters(headers.get('content-disposition') ?? '');
  const name = disposition.get('name');
  if (name === undefined)
    throw new CoreError('invalid', 'A multipart part has no name in its Content-Disposition');
  const contentType = headers.get('content-type');
  return {
    name,
    file:
      disposition.has('filename') || disposition.has('filename*')
        ? { name: fileName(disposition) }
        : undefined,
    contentType,
    charset: contentType === undefined ? undefined : parameters(contentType).get('charset')?.toLowerCase(),
  };
}

/** The parameters of a header value (`form-data; name="a"; filename=b`); quoted values keep backslashes but before a quote. */
export function parameters(value: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const pattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:\\"|[^"])*)"|([^;]*))/g;
  for (const [, key = '', quoted, bare = ''] of value.matchAll(pattern)) {
    const lower = key.toLowerCase();
    if (!found.has(lower))
      found.set(lower, quoted === undefined ? bare.trim() : quoted.replaceAll('\\"', '"'));
  }
  return found;
}

function fileName(disposition: ReadonlyMap<string, string>): string | undefined {
  const given = extendedValue(disposition.get('filename*')) ?? disposition.get('filename') ?? '';
  const segment = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  return segment === '' || segment === '.' || segment === '..' ? undefined : segment;
}

/** `UTF-8''%e2%82%ac.txt` (RFC 5987); undefined for anything else. */
function extendedValue(value: string | undefined): string | undefined {
  const match = /^utf-8'[^']*'(.*)$/i.exec(value ?? '');
  if (!match?.[1]) return undefined;
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return undefined;
  }
}
