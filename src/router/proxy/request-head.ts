import { isConnectionHeader, namedByConnection } from '../backend/header-names.ts';
import { forwardedLines, forwardedNames, type Origin } from './forwarded.ts';

/** A request that cannot be passed on without two readers understanding it in two ways; `status` is what it is answered with. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a client asked, as the parser of the server read it. */
export interface AskedRequest {
  readonly method: string;
  /** As it stood in the request line: a path, an absolute URL or `*`. */
  readonly url: string;
  /** Name, value, name, value, … */
  readonly rawHeaders: readonly string[];
}

/** Where a request wants to go. */
export interface Target {
  /** The `Host` as it was written; '' where there is none. */
  readonly host: string;
  readonly path: string;
}

/** A request's head for a backend, and how its body is sent. */
export interface RequestHead {
  /** Ends with the empty line. */
  readonly text: string;
  readonly body: 'none' | 'length' | 'chunked';
}

/** Reads host and path; an absolute URL in the request line counts more than `Host` (RFC 9112 3.2.2). Throws BadRequest. */
export function targetOf({ url, rawHeaders }: AskedRequest): Target {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) throw new BadRequest(400, 'the request has two Host headers');
    host = rawHeaders[index + 1] as string;
  }
  if (url.charCodeAt(0) === 47 || url === '*') return { host: host ?? '', path: url };
  const absolute = /^https?:\/\/([^/?#@]+)(\/[^#]*|\?[^#]*)?$/i.exec(url);
  if (!absolute) throw new BadRequest(400, 'the request line names no path');
  const path = absolute[2] ?? '/';
  return { host: absolute[1] as string, path: path.startsWith('?') ? `/${path}` : path };
}

/** What else decides over the head. */
export interface HeadOptions {
  readonly origin: Origin;
  /** The caller is a balancer that is believed. */
  readonly isTrusted: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expects?: boolean;
  /** The protocol that the connection is to change to. */
  readonly upgrade?: string;
}

/** The head that a backend gets for it. Throws BadRequest. */
export function headFor(asked: AskedRequest, target: Target, options: HeadOptions): RequestHead {
  const { rawHeaders } = asked;
  const given = options.isTrusted ? new Map<string, string>() : undefined;
  let lines = '';
  let named: string[] | undefined;
  let isChunked = false;
  let hasLength = false;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    const { length } = name;
    if (isConnectionHeader(name)) {
      const lower = name.toLowerCase();
      if (lower === 'connection' && value !== 'keep-alive')
        named = [...(named ?? []), ...namedByConnection(value)];
      if (lower === 'transfer-encoding') {
        if (value.toLowerCase() !== 'chunked' || isChunked)
          throw new BadRequest(501, 'its transfer coding is unknown');
        isChunked = true;
      }
      if (lower === 'te' && /\btrailers\b/i.test(value)) lines += 'TE: trailers\r\n';
      continue;
    }
    if (length === 4 || length === 6 || length === 9 || length === 14 || length >= 15) {
      const lower = name.toLowerCase();
      if (lower === 'host' || lower === 'expect') continue;
      if (forwardedNames.has(lower)) {
        if (given) given.set(lower, given.has(lower) ? `${given.get(lower)}, ${value}` : value);
        continue;
      }
      if (lower === 'content-length') hasLength = true;
    }
    lines += `${name}: ${value}\r\n`;
  }
  if (isChunked && hasLength) throw new BadRequest(400, 'the request has a length and a transfer coding');
  if (named !== undefined && named.length > 0) lines = withoutNamed(lines, named);
  const { expects = false, upgrade } = options;
  const text = `${asked.method} ${target.path} HTTP/1.1\r\nHost: ${target.host}\r\n${lines}${forwardedLines(options.origin, given)}${isChunked ? 'Transfer-Encoding: chunked\r\n' : ''}${expects ? 'Expect: 100-continue\r\n' : ''}${upgrade === undefined ? 'Connection: keep-alive\r\n\r\n' : `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`}`;
  return { text, body: isChunked ? 'chunked' : hasLength ? 'length' : 'none' };
}

/** A client may not have the length of its body removed on the way. */
function withoutNamed(lines: string, named: readonly string[]): string {
  return lines
    .split('\r\n')
    .filter((line) => {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      return name === 'content-length' || !named.includes(name);
    })
    .join('\r\n');
}
