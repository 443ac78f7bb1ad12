import { randomUUID } from 'node:crypto';
import { pause, ServerRefusal } from '../calls/index.ts';
import type { JoinAnswer, JoinRequest } from '../engine/protocol.ts';
import { AgentError, exitCodes } from './agent-error.ts';
import { backoff } from './backoff.ts';
import type { AgentOptions } from './command-line.ts';
import type { Connection } from './connection.ts';
import { type Credential, proposedCredential, readCredential, writeCredential } from './credential.ts';
import type { Log } from './log.ts';

/**
 * The credential of this host: the stored one, or a new one by joining with the token. A server that cannot be
 * reached is tried again without end; a refusal throws an AgentError. Undefined when `signal` aborts first.
 */
export async function obtainCredential(
  options: AgentOptions,
  context: { file: string; connection: Connection; version: string; log: Log; signal: AbortSignal },
): Promise<Credential | undefined> {
  const stored = readCredential(context.file);
  if (stored && stored.name !== options.name) {
    throw new AgentError(
      exitCodes.usage,
      `This state folder belongs to the host ${stored.name}: start with --name ${stored.name}, or give ${options.name} its own --state`,
    );
  }
  if (stored) return stored;
  return await joinServer(options, context);
}

/** Joins with the token whether or not a credential is stored, and stores the new one. */
export async function joinServer(
  options: AgentOptions,
  context: { file: string; connection: Connection; version: string; log: Log; signal: AbortSignal },
): Promise<Credential | undefined> {
  if (options.token === undefined) {
    throw new AgentError(
      exitCodes.usage,
      'This host has not joined yet: give a join token by --token, --token-file or SLIPWAY_TOKEN',
    );
  }
  const request: JoinRequest = {
    token: options.token,
    name: options.name,
    ...(options.address === undefined ? {} : { address: options.address }),
    labels: options.labels,
    platform: `${process.platform}-${process.arch}`,
    agentVersion: context.version,
    replace: options.replace,
    credential: proposedCredential(context.file),
  };
  for (let attempt = 1; !context.signal.aborted; attempt += 1) {
    try {
      const answer = await context.connection.post<JoinAnswer>('/agent/v1/join', JSON.stringify(request), {
        timeoutMilliseconds: 30_000,
        signal: context.signal,
      });
      const credential = {
        server: options.server,
        name: answer.name,
        credential: answer.credential,
        installation: randomUUID(),
      };
      writeCredential(context.file, credential);
      context.log(`joined ${options.server} (${answer.serverVersion}) as ${answer.name}`);
      return credential;
    } catch (error) {
      if (error instanceof ServerRefusal && error.status < 500 && error.status !== 429)
        throw explain(error, options);
      if (context.signal.aborted) break;
      const wait = backoff(attempt, Math.random());
      context.log(`cannot join ${options.server}: ${(error as Error).message}; next try in ${wait} ms`);
      await pause(wait, context.signal);
    }
  }
  return undefined;
}

function explain(refusal: ServerRefusal, options: AgentOptions): AgentError {
  const said = `${options.server} refused this host: ${refusal.message}`;
  const advice: Record<number, string> = {
    401: 'The join token is unknown or has expired: make a new one on the server.',
    403: `The join token does not allow the name ${options.name}: use another name or another token.`,
    404: 'Is this the address of a Slipway server?',
    409: `A host named ${options.name} has joined before: use another name, or --replace with a token that allows it.`,
    426: 'This agent is too old for the server: install it again from /agent/install.sh.',
  };
  const redirected = refusal.status >= 300 && refusal.status < 400;
  const help = redirected
    ? 'It sends callers to another address: give that one as --server.'
    : advice[refusal.status];
  return new AgentError(exitCodes.refused, [said, help].filter((line) => line !== undefined).join('\n'));
}
