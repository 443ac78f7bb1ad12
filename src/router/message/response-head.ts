import { BadMessage } from './bad-message.ts';
import { type BodyFraming, framings, readFraming } from './body-framing.ts';
import { HeaderLines, joined, withoutNames } from './header-lines.ts';
import { isConnectionHeader, readConnection } from './header-names.ts';

/** The head of a backend's answer. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** The header lines that go on, each with its end: without what concerned the connection to the backend only. */
  readonly lines: string;
  /** What its `Trailer` announces: of use only where the body goes on in chunks. */
  readonly trailer: string | undefined;
  readonly hasDate: boolean;
  /** As the backend sent it, for a connection that changes its protocol. */
  readonly upgrade: string | undefined;
  readonly framing: BodyFraming;
  /** The connection may be used again after the body. */
  readonly isKeptAlive: boolean;
  /** For how long the backend keeps it, if it said so; seconds. */
  readonly keptSeconds: number | undefined;
}

const statusLine = /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/;
/** Where the version, the status and the reason stand in it. */
const versionAt = 7;
const statusAt = 9;
const reasonAt = 13;

/**
 * Reads a head, which ends with the line end of its last header, strictly: where the ends of answers are read in two
 * ways, one client can be given the answer of another. `method` is the request's. Throws BadMessage.
 */
export function readResponseHead(text: string, method: string): ResponseHead {
  if (!statusLine.test(text)) throw new BadMessage('it does not begin with a status line of HTTP/1.1');
  const endOfFirst = text.indexOf('\r\n');
  const headers = new HeaderLines(text, endOfFirst + 2);
  if (!headers.areValid) throw new BadMessage('it has a malformed header');
  const status = Number(text.slice(statusAt, statusAt + 3));
  let hasDate = false;
  let length: string | undefined;
  let coding: string | undefined;
  let connection: string | undefined;
  let keepAlive: string | undefined;
  let trailer: string | undefined;
  let upgrade: string | undefined;
  while (headers.next()) {
    const { nameLength } = headers;
    // Most headers are told apart by the lengths of their names, without reading them.
    if (nameLength !== 2 && nameLength !== 4 && nameLength !== 7 && nameLength !== 10 && nameLength < 14)
      continue;
    const { name } = headers;
    if (name === 'date') hasDate = true;
    else if (name === 'trailer') {
      trailer = headers.value;
      headers.drop();
    } else if (name === 'content-length') {
      const { value } = headers;
      if (length !== undefined && length !== value) throw new BadMessage('it has two lengths');
      if (length === value) headers.drop();
      length = value;
    } else if (isConnectionHeader(name)) {
      const { value } = headers;
      headers.drop();
      if (name === 'transfer-encoding') coding = joined(coding, value);
      else if (name === 'connection') connection = joined(connection, value);
      else if (name === 'keep-alive') keepAlive = value;
      else if (name === 'upgrade') upgrade = value;
    }
  }
  const said = readFraming(length, coding);
  const framing = framingOf(status, method, said);
  // Some send the body all the same: its bytes must not become the next answer.
  const isOdd = status === 204 && said !== undefined && !('length' in said && said.length === 0);
  const { closes, keeps, named } = readConnection(connection);
  return {
    status,
    reason: text.slice(reasonAt, endOfFirst),
    lines: withoutNames(headers.kept, named),
    trailer,
    hasDate,
    upgrade,
    framing,
    isKeptAlive:
      !closes && !isOdd && (text[versionAt] === '1' || keeps) && framing !== framings['until-close'],
    keptSeconds: keepAlive === undefined ? undefined : secondsIn(keepAlive),
  };
}

function framingOf(status: number, method: string, said: BodyFraming | undefined): BodyFraming {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return framings.none;
  return said ?? framings['until-close'];
}

let lastKeepAlive = '';
let lastSeconds: number | undefined;

/** Backends say the same with every answer. */
function secondsIn(keepAlive: string): number | undefined {
  if (keepAlive !== lastKeepAlive) {
    const match = /timeout=(\d{1,6})/i.exec(keepAlive);
    lastKeepAlive = keepAlive;
    lastSeconds = match ? Number(match[1]) : undefined;
  }
  return lastSeconds;
}
