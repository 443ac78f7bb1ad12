import { isConnectionHeader, namedByConnection } from './header-names.ts';

/** How the body of an answer ends: not there, after so many bytes, in chunks, or with the connection. */
export type BodyFraming = { readonly kind: 'none' | 'chunked' | 'until-close' } | { readonly length: number };

/** The head of a backend's answer. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Name, value, name, value, …: without what concerned the connection to the backend only. */
  readonly headers: string[];
  /** As the backend sent it, for a connection that changes its protocol. */
  readonly upgrade: string | undefined;
  readonly framing: BodyFraming;
  /** The connection may be used again after the body. */
  readonly isKeptAlive: boolean;
  /** For how long the backend keeps it, if it said so; seconds. */
  readonly keptSeconds: number | undefined;
}

/** What came from a backend is no answer of HTTP/1.1 that could be passed on without risk. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
// One way to match each byte: a pattern that could give blanks to two parts would take minutes for a line of them.
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Reads a head, without its empty line, strictly: where the ends of answers are read in two ways, one client can be
 * given the answer of another. `method` is the request's. Throws BadAnswer.
 */
export function readHead(text: string, method: string): ResponseHead {
  const lines = text.split('\r\n');
  const first = statusLine.exec(lines[0] ?? '');
  if (!first) throw new BadAnswer('it does not begin with a status line of HTTP/1.1');
  const status = Number(first[2]);
  const headers: string[] = [];
  let length: string | undefined;
  let coding: string | undefined;
  let connection = '';
  let keepAlive = '';
  let upgrade: string | undefined;
  for (let index = 1; index < lines.length; index++) {
    const match = headerLine.exec(lines[index] as string);
    if (!match) throw new BadAnswer('it has a malformed header');
    const name = match[1] as string;
    const value = (match[2] as string).trim();
    if (isConnectionHeader(name)) {
      const lower = name.toLowerCase();
      if (lower === 'transfer-encoding') coding = coding === undefined ? value : `${coding}, ${value}`;
      else if (lower === 'connection') connection += `${value.toLowerCase()},`;
      else if (lower === 'keep-alive') keepAlive = value;
      else if (lower === 'upgrade') upgrade = value;
      continue;
    }
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (length !== undefined && length !== value) throw new BadAnswer('it has two lengths');
      if (length === value) continue;
      length = value;
    }
    headers.push(name, value);
  }
  const framing = framingOf(status, method, coding, length);
  const isKeptAlive =
    !connection.includes('close') &&
    (first[1] === '1' || connection.includes('keep-alive')) &&
    !('kind' in framing && framing.kind === 'until-close');
  return {
    status,
    reason: first[3] ?? '',
    headers: connection === '' ? headers : withoutNamed(headers, namedByConnection(connection)),
    upgrade,
    framing,
    isKeptAlive,
    keptSeconds: keepAlive === '' ? undefined : secondsIn(keepAlive),
  };
}

function framingOf(
  status: number,
  method: string,
  coding: string | undefined,
  length: string | undefined,
): BodyFraming {
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new BadAnswer('its length is no number');
  if (coding !== undefined) {
    if (length !== undefined) throw new BadAnswer('it has a length and a transfer coding');
    if (coding.toLowerCase() !== 'chunked') throw new BadAnswer(`its transfer coding is unknown`);
  }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  if (coding !== undefined) return { kind: 'chunked' };
  return length === undefined ? { kind: 'until-close' } : { length: Number(length) };
}

function withoutNamed(headers: string[], named: readonly string[]): string[] {
  if (named.length === 0) return headers;
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (!named.includes(name.toLowerCase())) kept.push(name, headers[index + 1] as string);
  }
  return kept;
}

function secondsIn(keepAlive: string): number | undefined {
  const match = /timeout=(\d{1,6})/i.exec(keepAlive);
  return match ? Number(match[1]) : undefined;
}
