import { CommandError, exitCodes } from './exit-codes.ts';

/** The native API as the commands use it. All calls throw CommandErrors. */
export interface ApiClient {
  readonly url: string;
  /** `path` is below `/api/slipway/v1`; the answer's JSON, undefined for an empty one. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The raw answer, for streams. */
  open(path: string): Promise<Response>;
}

interface ErrorAnswer {
  readonly message?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

const defaultUrl = 'http://127.0.0.1:4600';

/** The client for `SLIPWAY_URL` with `SLIPWAY_KEY_ID` and `SLIPWAY_KEY_SECRET`. */
export function createApiClient(environment: Readonly<Record<string, string | undefined>>): ApiClient {
  const url = (environment.SLIPWAY_URL ?? defaultUrl).replace(/\/+$/, '');
  const { SLIPWAY_KEY_ID: id, SLIPWAY_KEY_SECRET: secret } = environment;
  if (!id || !secret) {
    throw new CommandError(
      exitCodes.forbidden,
      'Set SLIPWAY_KEY_ID and SLIPWAY_KEY_SECRET to an access key. The first key of an installation stands in the file admin-key of its data folder.',
    );
  }
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    const request: RequestInit = {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    let answer: Response;
    try {
      answer = await fetch(`${url}/api/slipway/v1${path}`, request);
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      throw new CommandError(
        exitCodes.unreachable,
        `No server answers at ${url} (${cause}); SLIPWAY_URL says where it is`,
      );
    }
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }

  return {
    url,
    async call<Answer>(method: string, path: string, body?: unknown) {
      const answer = await send(method, path, body);
      const text = await answer.text();
      return (text === '' ? undefined : JSON.parse(text)) as Answer;
    },
    open: (path) => send('GET', path),
  };
}

async function refusal(answer: Response): Promise<CommandError> {
  const text = await answer.text();
  let told: ErrorAnswer = {};
  try {
    told = JSON.parse(text) as ErrorAnswer;
  } catch {
    // Not from Slipway: a proxy's page, for instance. Its status is all there is to say.
  }
  const lines = told.errors?.map(({ path, message }) => `${path === '' ? 'declaration' : path}: ${message}`);
  const message = lines?.join('\n') ?? told.message ?? `The server answered ${answer.status}`;
  return new CommandError(exitCodeOf(answer.status), message);
}

function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return exitCodes.forbidden;
  if (status === 404) return exitCodes.notFound;
  return exitCodes.failed;
}
