import { readFileSync } from 'node:fs';
import { type Call, callsTo } from '../calls/index.ts';

/** Calls of this router to its server. */
export interface ServerLink {
  /** Sends a value as JSON and reads the JSON answer, if there is one. Throws as `ServerCalls` does. */
  post<Answer>(path: string, body: unknown, call: Call): Promise<Answer>;
  close(): void;
}

/** What this router speaks; the protocol's file is shared as types only. */
const protocolVersion = '1';
/** In MiB. */
const longestAnswer = 64;

/** The token is read anew for each call: it may be made after the router, or renewed. */
export function linkTo(server: string, tokenFile: string): ServerLink {
  // A server on this machine is known by its address; its certificate is for another name.
  const isLoopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(new URL(server).hostname);
  const calls = callsTo(server, {
    ...{ protocolVersion, longestAnswer },
    credential: () => readFileSync(tokenFile, 'utf8').trim(),
    ...(isLoopback ? { connections: { rejectUnauthorized: false } } : {}),
  });
  return {
    post: (path, body, call) => calls.post(path, JSON.stringify(body), call),
    close: () => calls.close(),
  };
}
