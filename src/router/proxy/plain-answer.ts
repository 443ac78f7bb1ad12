import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a client is waited for that does not close its side, in milliseconds. */
const closeMilliseconds = 5_000;

/** Answers a line of plain text; nothing when an answer has begun. */
export function answerPlainly(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(text);
  response.writeHead(status, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(body.length),
    'X-Content-Type-Options',
    'nosniff',
    // A client that was not told to go on may send its body or not, and one that stopped in its middle may go on:
    // nobody could tell where its next request begins.
    ...(response.req.headers.expect === undefined && status !== 408 ? [] : ['Connection', 'close']),
  ]);
  response.end(body);
}

/** The same on a bare connection, which ends with it. */
export function plainAnswerText(status: number, reason: string, text: string): string {
  return `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`;
}

/** Ends a bare connection: what was written may arrive, and what still comes is not read. */
export function endConnection(client: Duplex, text = ''): void {
  client.end(text);
  client.resume();
  const timer = setTimeout(() => client.destroy(), closeMilliseconds).unref();
  client.once('close', () => clearTimeout(timer));
}
