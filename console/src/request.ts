/**
 * What went wrong with a call, as the API says it (`code`, `message`, `path`), or code `unreachable` when no answer
 * came at all. Pages show it as it is.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly path: string | undefined;

  constructor(status: number, code: string, message: string, path?: string) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.path = path;
  }
}

/** Whether trying the same again may help: the server was away, busy or broken, not the question wrong. */
export function mayPass(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

/** Any thrown value as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'console', error instanceof Error ? error.message : String(error));
}

let sessionEnded = (): void => {};

/** Registers who hears that the session is over: a call was answered with 401. */
export function onSessionEnd(listener: () => void): void {
  sessionEnded = listener;
}

let clockAhead = 0;

/**
 * The server's time in epoch milliseconds, as well as this machine knows it. Durations of what still runs are counted
 * with it: a laptop's clock that is minutes off would show minutes too many.
 */
export function serverNow(): number {
  return Date.now() + clockAhead;
}

/** The address of a path of the native API, for links. */
export function apiAddress(path: string): string {
  return `/api/slipway/v1${path}`;
}

/** One call to the native API under `/api/slipway/v1`; the answer's response. Throws a Problem for everything but 2xx. */
export async function open(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiAddress(path), {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'The server does not answer.');
  }
  readClock(response);
  if (response.ok) return response;
  if (response.status === 401 && path !== '/session') sessionEnded();
  throw await problemIn(response);
}

/** Like `open`, with the JSON of the answer (undefined when it has no body). */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await open(method, path, body, signal);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function readClock(response: Response): void {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  const ahead = date - Date.now();
  // The header has whole seconds, and the answer took its time: below that nothing is known.
  clockAhead = Math.abs(ahead) > 3_000 ? ahead : 0;
}

/** What the answer to a call that was refused says. */
export async function problemIn(response: Response): Promise<Problem> {
  try {
    const { code, message, path } = (await response.json()) as {
      code: string;
      message: string;
      path?: string;
    };
    if (typeof message === 'string') return new Problem(response.status, code, message, path);
  } catch {
    // A proxy in between answered in a form of its own: its status is all there is to tell.
  }
  return new Problem(
    response.status,
    'unknown',
    `The server answered ${response.status} ${response.statusText}.`,
  );
}
