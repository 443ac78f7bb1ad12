import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { BundleError } from './archive-guard.ts';

/** The most bytes of a bundle. */
const mostBytes = 2 * 1024 ** 3;
const mostRedirects = 5;
const silenceMilliseconds = 30_000;

/** Thrown when the same address may well answer later: no connection, a broken one, a status of 500 to 599. */
class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/**
 * Fetches a URL into a file, in the network of this host. Throws a BundleError for what will not get better by itself
 * (another hash, too large, a refusal), a DownloadError for what may.
 */
export async function download(
  url: string,
  file: string,
  sha256: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const response = await follow(url, signal);
  const announced = Number(response.headers['content-length'] ?? Number.NaN);
  const hash = createHash('sha256');
  let size = 0;
  const handle = await open(file, 'w', 0o600);
  try {
    if (announced > mostBytes) throw tooLarge(url);
    for await (const chunk of bytesOf(response, url, signal)) {
      size += chunk.length;
      if (size > mostBytes) throw tooLarge(url);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    if (!Number.isNaN(announced) && size !== announced) {
      throw new DownloadError(`${shown(url)} announced ${announced} bytes and sent ${size}`);
    }
    const got = hash.digest('hex');
    if (sha256 !== undefined && got !== sha256) {
      throw new BundleError(`${shown(url)} has the sha-256 ${got}, not ${sha256}`);
    }
  } catch (error) {
    response.destroy();
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function follow(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  let current = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await ask(current, signal);
    const status = response.statusCode ?? 0;
    if (status === 200) return response;
    response.destroy();
    const { location } = response.headers;
    if ([301, 302, 303, 307, 308].includes(status) && location) {
      if (!URL.canParse(location, current))
        throw new BundleError(`${shown(current)} redirects to no address`);
      current = new URL(location, current).href;
      continue;
    }
    const text = `GET ${shown(current)} was answered with status ${status}`;
    throw status >= 500 || status === 429 ? new DownloadError(text) : new BundleError(text);
  }
  throw new BundleError(`${shown(url)} redirects more than ${mostRedirects} times`);
}

function ask(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new BundleError(`${shown(url)} is neither an http nor an https address`);
  }
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(
        signal.aborted
          ? signal.reason
          : new DownloadError(`GET ${shown(url)}: ${error.message || 'no connection'}`),
      );
    const request = (protocol === 'https:' ? https : http)
      .get(url, { agent: false, signal, headers: { 'user-agent': 'slipway-agent' } }, resolve)
      .once('error', fail);
    request.setTimeout(silenceMilliseconds, () =>
      request.destroy(new Error(`no answer within ${silenceMilliseconds / 1000} s`)),
    );
  });
}

async function* bytesOf(response: IncomingMessage, url: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    signal.throwIfAborted();
    throw new DownloadError(`GET ${shown(url)} broke off: ${(error as Error).message}`);
  }
}

function tooLarge(url: string): BundleError {
  return new BundleError(`${shown(url)} is larger than 2 GiB`);
}

/** Without what may be secret: credentials and the query. */
function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
