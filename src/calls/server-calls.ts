import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

/** The server answered, and said no. `status` is the HTTP status, `message` the server's own words. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How long one call may take, and what ends it earlier. */
export interface Call {
  /** So long a silence ends the call. */
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal;
}

/** Calls to one server. Network errors are thrown as they come, refusals as ServerRefusal. */
export interface ServerCalls {
  /** Sends JSON text, resolves with the parsed JSON answer; undefined when there is none (204). */
  post<Answer>(path: string, body: string, call: Call): Promise<Answer>;
  /** Resolves with the answer's head; the caller reads the body. */
  get(path: string, call: Call & { headers?: Record<string, string> }): Promise<IncomingMessage>;
  close(): void;
}

/** What one program's calls have of their own. */
export interface CallOptions {
  /** Of the protocol, sent with every call. */
  readonly protocolVersion: string;
  /** Sent as bearer credential; asked for each call. What it throws fails the call. */
  readonly credential: () => string | undefined;
  /** In MiB. */
  readonly longestAnswer: number;
  readonly connections?: https.AgentOptions;
}

/**
 * How the programs beside the server call it: Node's own http client, which unlike fetch holds a poll open without
 * limits of its own, and costs 10 MB less memory.
 */
export function callsTo(server: string, options: CallOptions): ServerCalls {
  const client = server.startsWith('https:') ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: 4, ...options.connections });

  function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | undefined,
    call: Call,
  ) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const credential = options.credential();
      const request = client.request(`${server}${path}`, {
        method,
        agent,
        headers: {
          ...headers,
          'x-slipway-protocol': options.protocolVersion,
          ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
        },
        ...(call.signal ? { signal: call.signal } : {}),
      });
      request.setTimeout(call.timeoutMilliseconds, () =>
        request.destroy(new Error(`no answer within ${Math.round(call.timeoutMilliseconds / 1000)} s`)),
      );
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
  }

  return {
    async post<Answer>(path: string, body: string, call: Call): Promise<Answer> {
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      };
      const response = await send('POST', path, headers, body, call);
      const text = await readText(response, options.longestAnswer);
      if (response.statusCode === 204) return undefined as Answer;
      if (response.statusCode !== 200) throw refusal(response.statusCode ?? 0, text);
      return JSON.parse(text) as Answer;
    },
    async get(path, call) {
      const response = await send('GET', path, call.headers ?? {}, undefined, call);
      if (response.statusCode === 200 || response.statusCode === 206) return response;
      throw refusal(response.statusCode ?? 0, await readText(response, options.longestAnswer));
    },
    close() {
      agent.destroy();
    },
  };
}

async function readText(response: IncomingMessage, longest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longest * 1_048_576) throw new Error(`the answer is larger than ${longest} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(status: number, text: string): ServerRefusal {
  let message = `HTTP ${status}`;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed && 'message' in parsed) message = String(parsed.message);
  } catch {
    // Not from a Slipway server: the status alone is said.
  }
  return new ServerRefusal(status, message);
}
