import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { failure, NpError } from './np-error.ts';

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

/** How long connecting may take, and how long a connection may be silent. */
const connectMilliseconds = 15_000;
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
  const outgoing = start(url, { method, headers: { ...headers, ...length }, timeout: connectMilliseconds });
  const isSilent = () => outgoing.setTimeout(silenceMilliseconds);
  outgoing.once('socket', (socket) => (socket.connecting ? socket.once('connect', isSilent) : isSilent()));
  outgoing.on('timeout', () =>
    outgoing.destroy(new Error(outgoing.socket?.connecting ? 'no connection' : 'no answer for a minute')),
  );
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
    // A refusal may come before all was sent; the rest would keep the process alive for a minute.
    if (!outgoing.writableFinished) outgoing.destroy();
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  } catch (error) {
    throw unanswered(new URL(url), error as NodeJS.ErrnoException);
  }
}

/** Why there is no answer, and what would help; what another try cannot change is no passing failure. */
function unanswered({ origin, host }: URL, { code, message }: NodeJS.ErrnoException): NpError {
  if (code === 'EPROTO' && message.includes('wrong version number')) {
    return failure(`${origin} speaks no HTTPS; NP_API_BASE=http://${host} would ask it without`);
  }
  if (code !== undefined && /CERT|SIGNATURE/.test(code)) {
    const isOfNobodyKnown = /SELF_SIGNED|ISSUER|LEAF_SIGNATURE/.test(code);
    const hint = isOfNobodyKnown ? '; NODE_EXTRA_CA_CERTS names a file with authorities to trust' : '';
    return failure(`The certificate of ${origin} is not accepted (${code})${hint}`);
  }
  return new NpError(
    1,
    `Nobody answers at ${origin} (${code ?? message}); NULLPLATFORM_HOST or NP_API_BASE says where the API is`,
    { isPassing: true },
  );
}
