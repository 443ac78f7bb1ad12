import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered; by default 200 `{}`. */
export interface PlannedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  /** The connection is cut instead. */
  readonly isCut?: boolean;
}

/** A server that writes down what it is asked. It gives tokens to everybody. */
export interface RecordingApi {
  readonly url: string;
  /** Everything but `POST /token`. */
  readonly requests: RecordedRequest[];
  readonly tokenRequests: RecordedRequest[];
  /** What the next calls of `POST /token` are answered; after them everybody gets a token. */
  answerToken(...planned: readonly PlannedAnswer[]): void;
  /** Decides what is answered from now on. */
  answer(how: (request: RecordedRequest, index: number) => PlannedAnswer): void;
  /** Forgets what came. */
  clear(): void;
  close(): Promise<void>;
}

/** Starts it on a free port of the loopback. */
export async function startRecordingApi(): Promise<RecordingApi> {
  const requests: RecordedRequest[] = [];
  const tokenRequests: RecordedRequest[] = [];
  const tokenAnswers: PlannedAnswer[] = [];
  let how: (request: RecordedRequest, index: number) => PlannedAnswer = () => ({});
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
    const isToken = /^(\/ci)?\/token$/.test(path);
    (isToken ? tokenRequests : requests).push(request);
    const planned: PlannedAnswer = isToken
      ? (tokenAnswers.shift() ?? { json: { access_token: 'the-token', organization_id: 1 } })
      : how(request, requests.length - 1);
    if (planned.isCut) {
      incoming.socket.destroy();
      return;
    }
    const { status = 200, headers: more = {}, json = {}, text = JSON.stringify(json) } = planned;
    outgoing.writeHead(status, { 'content-type': 'application/json', ...more });
    outgoing.end(status === 204 ? undefined : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    tokenRequests,
    answerToken(...planned) {
      tokenAnswers.push(...planned);
    },
    answer(next) {
      how = next;
    },
    clear() {
      requests.length = 0;
      tokenRequests.length = 0;
      tokenAnswers.length = 0;
      how = () => ({});
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
