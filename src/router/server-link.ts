import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

/** The server answered, and said no. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls to the server; network errors are thrown as they come, refusals as ServerRefusal. */
export interface ServerLink {
  /** Sends JSON and reads the JSON answer, if there is one. */
  post<Answer>(
    path: string,
    body: unknown,
    call: { timeoutMilliseconds: number; signal?: AbortSignal },
  ): Promise<Answer>;
  close(): void;
}

/** What this router speaks; the protocol's file is shared as types only. */
const protocolVersion = '1';
const longestAnswer = 64 * 1_048_576;

/** The token is read anew for each call: it may be made after the router, or renewed. */
export function linkTo(server: string, tokenFile: string): ServerLink {
  const url = new URL(server);
  const client = url.protocol === 'https:' ? https : http;
  // A server on this machine is known by its address; its certificate is for another name.
  const isLoopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname);
  const agent = new client.Agent({
    keepAlive: true,
    maxSockets: 4,
    ...(isLoopback ? { rejectUnauthorized: false } : {}),
  });

  return {
    post<Answer>(
      path: string,
      body: unknown,
      call: { timeoutMilliseconds: number; signal?: AbortSignal },
    ): Promise<Answer> {
      const text = JSON.stringify(body);
      return new Promise((resolve, reject) => {
        const request = client.request(`${server}${path}`, {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(text)),
            'x-slipway-protocol': protocolVersion,
            authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
          },
          ...(call.signal ? { signal: call.signal } : {}),
        });
        request.setTimeout(call.timeoutMilliseconds, () => request.destroy(new Error('no answer in time')));
        request.once('error', reject);
        request.once('response', (response) => {
          readText(response)
            .then((answer) => {
              const status = response.statusCode ?? 0;
              if (status === 204) resolve(undefined as Answer);
              else if (status === 200) resolve(JSON.parse(answer) as Answer);
              else reject(new ServerRefusal(status, messageIn(answer) ?? `status ${status}`));
            }, reject)
            .catch(reject);
        });
        request.end(text);
      });
    },
    close() {
      agent.destroy();
    },
  };
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > longestAnswer) throw new Error('the answer is larger than 64 MiB');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function messageIn(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed && 'message' in parsed) return String(parsed.message);
  } catch {
    // Not from a Slipway server: the status alone is said.
  }
  return undefined;
}
