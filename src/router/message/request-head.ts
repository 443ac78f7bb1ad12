import { BadRequest } from './bad-message.ts';
import { type BodyFraming, framings, readFraming } from './body-framing.ts';
import { HeaderLines, joined, withoutNames } from './header-lines.ts';
import { isConnectionHeader, readConnection } from './header-names.ts';

/** The head of a client's request. */
export interface AskedHead {
  readonly method: string;
  /** A path with its query, or `*`. */
  readonly path: string;
  /** Whom it asks, as it was written; '' where it does not say. */
  readonly host: string;
  /** It is of HTTP/1.0. */
  readonly isOld: boolean;
  /**
   * The header lines that go on, each with its end: without those of its connection, of its way here, of the length
   * of its body, and `Host`.
   */
  readonly lines: string;
  /** What a balancer in front may have said of where it came from, names in lower case; undefined where nobody did. */
  readonly given: ReadonlyMap<string, string> | undefined;
  readonly framing: BodyFraming;
  /** The client waits for `100 Continue`. */
  readonly expects: boolean;
  /** The protocol that it would like to speak, in lower case. */
  readonly upgrade: string | undefined;
  /** The connection may be used again after the answer. */
  readonly isKeptAlive: boolean;
}

/** Names that are replaced, or taken over from a trusted balancer. */
const forwardedNames: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'forwarded',
]);
/** Lengths of the names that are looked at: most headers are told apart without reading them. */
const lengths: ReadonlySet<number> = new Set([2, 4, 6, 7, 9, 10, 14, 15, 16, 17, 18, 19]);

const requestLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7e]+ HTTP\/1\.[01]\r\n/;
/** How long its end is, with the blank before it and without the line end. */
const versionLength = ' HTTP/1.1'.length;
const absoluteTarget = /^https?:\/\/([^/?#@]+)(\/[^#]*|\?[^#]*)?$/i;

/**
 * Reads a head, which ends with the line end of its last header, strictly: what a backend could understand in another
 * way than this router is refused (RFC 9112 11.2). Throws BadRequest, and BadMessage for the end of its body.
 */
export function readRequestHead(text: string): AskedHead {
  if (!requestLine.test(text)) throw badFirstLine(text);
  const endOfFirst = text.indexOf('\r\n');
  const headers = new HeaderLines(text, endOfFirst + 2);
  if (!headers.areValid) throw new BadRequest(400, 'the request has a malformed header');
  const isOld = text[endOfFirst - 1] === '0';
  let host: string | undefined;
  let length: string | undefined;
  let coding: string | undefined;
  let connection: string | undefined;
  let upgrade: string | undefined;
  let expect: string | undefined;
  let takesTrailers = false;
  let given: Map<string, string> | undefined;
  while (headers.next()) {
    if (!lengths.has(headers.nameLength)) continue;
    const { name } = headers;
    if (name === 'host') {
      if (host !== undefined) throw new BadRequest(400, 'the request has two Host headers');
      host = headers.value;
      headers.drop();
    } else if (name === 'content-length') {
      if (length !== undefined) throw new BadRequest(400, 'the request has two lengths');
      length = headers.value;
      headers.drop();
    } else if (name === 'expect') {
      expect = headers.value.toLowerCase();
      headers.drop();
    } else if (forwardedNames.has(name)) {
      given ??= new Map();
      given.set(name, joined(given.get(name), headers.value));
      headers.drop();
    } else if (name.includes('_')) {
      // Many frameworks take it for the one with dashes, which is this router's word (as CGI does, RFC 3875 4.1.18).
      if (forwardedNames.has(name.replaceAll('_', '-'))) headers.drop();
    } else if (isConnectionHeader(name)) {
      const { value } = headers;
      headers.drop();
      if (name === 'transfer-encoding') coding = joined(coding, value);
      else if (name === 'connection') connection = joined(connection, value);
      else if (name === 'upgrade') upgrade = value.toLowerCase();
      else if (name === 'te') takesTrailers ||= /\btrailers\b/i.test(value);
    }
  }
  if (expect !== undefined && expect !== '100-continue' && !isOld) {
    throw new BadRequest(417, 'the request expects something that nobody here knows');
  }
  const endOfMethod = text.indexOf(' ');
  const method = text.slice(0, endOfMethod);
  if (method === 'CONNECT') throw new BadRequest(405, 'this router opens no tunnels');
  const target = targetOf(text.slice(endOfMethod + 1, endOfFirst - versionLength), host, isOld);
  const { closes, keeps, named } = readConnection(connection);
  const lines = withoutNames(headers.kept, named);
  return {
    method,
    path: target.path,
    host: target.host,
    isOld,
    lines: takesTrailers ? `${lines}TE: trailers\r\n` : lines,
    given,
    framing: framingOf(length, coding, isOld),
    expects: expect !== undefined && !isOld,
    // Without `Connection` it is of another connection than this one (RFC 9110 7.8).
    upgrade: !isOld && named.includes('upgrade') ? upgrade : undefined,
    isKeptAlive: !closes && (!isOld || keeps),
  };
}

function framingOf(length: string | undefined, coding: string | undefined, isOld: boolean): BodyFraming {
  if (coding !== undefined) {
    if (isOld) throw new BadRequest(400, 'a request of HTTP/1.0 has no transfer coding');
    if (length === undefined && coding.toLowerCase() !== 'chunked') {
      throw new BadRequest(501, 'its transfer coding is unknown');
    }
  }
  return readFraming(length, coding) ?? framings.none;
}

/** An absolute URL in the request line counts more than `Host` (RFC 9112 3.2.2). */
function targetOf(url: string, host: string | undefined, isOld: boolean): { host: string; path: string } {
  if (host === undefined && !isOld) throw new BadRequest(400, 'the request has no Host header');
  if (url.charCodeAt(0) === 47 || url === '*') return { host: host ?? '', path: url };
  const absolute = absoluteTarget.exec(url);
  if (!absolute) throw new BadRequest(400, 'the request line names no path');
  const path = absolute[2] ?? '/';
  return { host: absolute[1] as string, path: path.startsWith('?') ? `/${path}` : path };
}

function badFirstLine(text: string): BadRequest {
  const line = text.slice(0, text.indexOf('\r\n'));
  if (/ HTTP\/\d\.\d$/.test(line) && !/ HTTP\/1\.[01]$/.test(line)) {
    return new BadRequest(505, 'this router speaks HTTP/1.1');
  }
  return new BadRequest(400, 'it does not begin with a request line of HTTP/1.1');
}
