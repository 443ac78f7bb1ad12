import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NpError } from './np-error.ts';

/** One call of HTTP. */
export interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or a stream of so many bytes. */
  readonly body?: string | { readonly stream: Readable; readonly size: number };
}

/** An answer, read to its end. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

const silenceMilliseconds = 60_000;

/**
 * Sends and reads the answer; throws a passing failure when nobody answers. Node's own client, because loading `fetch`
 * takes as long as everything else that a command does before its first call.
 */
export async function send(url: string, { method, headers, body }: Sending): Promise<Received> {
  // Loaded here, so that help and completion do without.
  const start = (await (url.startsWith('https:') ? import('node:https') : import('node:http'))).request;
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body?.size;
  const length = size === undefined ? {} : { 'content-length': String(size) };
  const outgoing = start(url, { method, headers: { ...headers, ...length } });
  outgoing.setTimeout(silenceMilliseconds, () => outgoing.destroy(new Error('no answer for a minute')));
  try {
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
    });
    // What goes wrong on the way is the request's own error, too.
    if (typeof body === 'object') pipeline(body.stream, outgoing).catch(() => {});
    else outgoing.end(body);
    const answer = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const { origin } = new URL(url);
    throw new NpError(
      1,
      `Nobody answers at ${origin} (${code ?? message}); NULLPLATFORM_HOST says where the API is`,
      { isPassing: true },
    );
  }
}
