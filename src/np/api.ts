import { version } from '../../package.json';
import { failure, NpError, wrongUsage } from './np-error.ts';
import type { Runtime } from './runtime.ts';
import { type Received, type Sending, send } from './send.ts';
import type { Credential } from './target.ts';

/** The API as the commands call it. All calls throw an NpError with the API's own message. */
export interface Api {
  readonly base: string;
  /** The answer's JSON; undefined for an empty one. `path` is below the base, with its query. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** Sends bytes to an address that needs no token; they are opened once more for every try. */
  put(url: string, open: () => Exclude<Sending['body'], string | undefined>): Promise<unknown>;
  /** A key, or the credential's own, for a token and what comes with it. */
  session(body?: object): Promise<unknown>;
}

/** What a call may be asked again after (contract nullplatform 5.11). */
const passing: readonly number[] = [408, 409, 429, 502, 503, 504];
const tries = 4;
const firstWait = 250;
const longestWait = 30_000;
const addressHint = 'NULLPLATFORM_HOST or NP_API_BASE says where the API is';

/** A client that exchanges the key for a token when it first needs one and keeps that in memory only. */
export function createApi(
  base: string,
  credential: Credential | undefined,
  { now, wait }: Pick<Runtime, 'now' | 'wait'>,
): Api {
  const headers = { accept: 'application/json', 'user-agent': `np/${version}` };
  let token = credential?.kind === 'token' ? credential.token : undefined;

  async function sendJson(
    method: string,
    path: string,
    body: object | undefined,
    more: object,
  ): Promise<Received> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    return await send(`${base}${path}`, {
      method,
      headers: { ...headers, ...content, ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function session(body?: object): Promise<unknown> {
    const ownKey = credential?.kind === 'key' ? { api_key: credential.key } : undefined;
    const given = body ?? ownKey;
    if (!given) throw noCredential();
    const answer = await sendJson('POST', '/token', given, {});
    // The first call of all: what is wrong with the address or the key shows here.
    if (answer.status === 404) throw failure(`${base}/token is not there (HTTP 404): ${addressHint}`);
    if (answer.status === 401 && given === ownKey) throw failure('The API key is not accepted (HTTP 401)');
    return accepted(answer);
  }

  async function bearer(): Promise<string> {
    if (!credential) throw noCredential();
    token ??= ((await session()) as { access_token?: string } | undefined)?.access_token;
    if (token === undefined) throw new NpError(1, `${base}/token answered without an access_token`);
    return token;
  }

  async function once(method: string, path: string, body: object | undefined): Promise<Received> {
    const answer = await sendJson(method, path, body, { authorization: `Bearer ${await bearer()}` });
    if (answer.status !== 401 || credential?.kind !== 'key') return answer;
    // Watching may last longer than a token: one more with a new one.
    token = undefined;
    return await sendJson(method, path, body, { authorization: `Bearer ${await bearer()}` });
  }

  return {
    base,
    session,
    async call(method, path, body) {
      if (method === 'GET') return await patiently(async () => accepted(await once(method, path, body)));
      // Only the exchange of the key may be asked for again.
      await patiently(bearer);
      return accepted(await once(method, path, body));
    },
    async put(url, open) {
      return await patiently(async () => accepted(await send(url, { method: 'PUT', headers, body: open() })));
    },
  };

  /** Asks again after what passes. */
  async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof NpError && error.isPassing) || attempt === tries) throw error;
        await wait(pauseAfter(error, attempt, now()));
      }
    }
  }
}

/** A refusal that the API says will pass, and perhaps when. */
class PassingRefusal extends NpError {
  readonly retryAfter: string | undefined;

  constructor(message: string, retryAfter: string | undefined) {
    super(1, message, { isPassing: true });
    this.retryAfter = retryAfter;
  }
}

/** Milliseconds until the next try: what `Retry-After` says, or twice as long each time. */
function pauseAfter(error: NpError, attempt: number, now: number): number {
  const text = (error instanceof PassingRefusal ? error.retryAfter : undefined) ?? '';
  const told = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  const wanted = Number.isFinite(told) ? told : firstWait * 2 ** (attempt - 1);
  return Math.min(Math.max(wanted, 0), longestWait);
}

function accepted({ status, headers, text }: Received): unknown {
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch {
    // Not from the API, a proxy's page for instance: no answer of a success is one, and no message of a failure.
  }
  if (status >= 200 && status < 300) {
    if (text !== '' && value === undefined) throw new NpError(1, `The answer (${status}) is no JSON`);
    return value;
  }
  const told = (value as { message?: unknown } | undefined)?.message;
  const { location } = headers;
  const moved = status < 400 && location !== undefined ? `The API has moved to ${location}` : undefined;
  const message = typeof told === 'string' ? told : (moved ?? 'The API refused');
  const full = `${message} (HTTP ${status})`;
  throw passing.includes(status) ? new PassingRefusal(full, headers['retry-after']) : new NpError(1, full);
}

function noCredential(): NpError {
  return wrongUsage('Set NULLPLATFORM_API_KEY to an API key, or NP_TOKEN to a token; or use --api-key');
}
