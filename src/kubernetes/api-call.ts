import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { CoreError } from '../errors/index.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** One request to the API server. */
export interface ApiCall {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** What it answered; the body is read to its end. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

const silenceMilliseconds = 30_000;
/** Far more than a page of 500 objects, each of which is 1.5 MiB at most and a few KiB as a rule. */
const mostBytes = 64 * 1024 * 1024;

/** Sends a request; rejects when the connection fails, says nothing for 30 s, or `signal` aborts, and with `too-large` beyond 64 MiB. */
export function callApi(access: ClusterAccess, call: ApiCall, signal: AbortSignal): Promise<ApiAnswer> {
  const url = new URL(`${access.server}${call.path}`);
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  const headers = {
    accept: 'application/json',
    ...(access.authorization ? { authorization: access.authorization } : {}),
    ...(call.contentType ? { 'content-type': call.contentType } : {}),
    ...(call.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(call.body)) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method: call.method, headers, signal, timeout: silenceMilliseconds, ...access.tls };
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= mostBytes) chunks.push(chunk);
        else
          response.destroy(new CoreError('too-large', `The cluster answers more than ${mostBytes} bytes.`));
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('the API server says nothing')));
    request.on('error', reject);
    request.end(call.body);
  });
}
