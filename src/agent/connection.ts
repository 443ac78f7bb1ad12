import { callsTo, type ServerCalls } from '../calls/index.ts';

/** Calls of this agent to its server. */
export interface Connection extends ServerCalls {
  /** Sent as bearer credential from now on. */
  useCredential(credential: string): void;
}

/** What this agent speaks; the protocol's file is shared as types only. */
const protocolVersion = '1';
/** In MiB. */
const longestAnswer = 32;

/** Nothing is sent before the first call. */
export function connect(server: string): Connection {
  let credential: string | undefined;
  const connections = { keepAliveMsecs: 15_000 };
  const calls = callsTo(server, {
    ...{ protocolVersion, longestAnswer, connections },
    credential: () => credential,
  });
  return {
    ...calls,
    useCredential(value) {
      credential = value;
    },
  };
}
