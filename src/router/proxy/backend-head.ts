import { type BodyFraming, framings } from '../message/body-framing.ts';
import type { AskedHead } from '../message/request-head.ts';

/**
 * The head that a backend gets for a request, ending with its empty line. `forwarded` are the header lines that say
 * where it came from; `upgrade` is the protocol that the connection is to change to.
 */
export function headForBackend(asked: AskedHead, forwarded: string, upgrade?: string): string {
  const expect = asked.expects ? 'Expect: 100-continue\r\n' : '';
  const connection = upgrade === undefined ? '\r\n' : `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`;
  return `${asked.method} ${asked.path} HTTP/1.1\r\nHost: ${asked.host}\r\n${asked.lines}${forwarded}${framingLine(asked.framing)}${expect}${connection}`;
}

/** Written anew: no two readers can understand it in two ways. */
function framingLine(framing: BodyFraming): string {
  if ('length' in framing) return `Content-Length: ${framing.length}\r\n`;
  return framing === framings.chunked ? 'Transfer-Encoding: chunked\r\n' : '';
}
