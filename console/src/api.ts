import type {
  Host as EngineHost,
  OutputStream,
  Plan,
  RolloutState,
  RolloutSummary,
  RolloutView,
} from '../../src/engine/index.ts';
import { eventStream } from './event-stream.ts';
import { call } from './request.ts';

/**
 * The calls of the native API that the console makes, and no others: everything here can be done with curl too. All
 * throw a Problem.
 */
export type {
  HostRunState,
  HostRunView,
  OutputStream,
  Plan,
  RolloutState,
  RolloutSummary,
  RolloutView,
  StageView,
  Step,
  StepRunState,
  StepRunView,
} from '../../src/engine/index.ts';

/** Who is logged in. */
export interface User {
  readonly name: string;
  readonly admin: boolean;
}

/** Which rollouts a list shows; all but `limit` are optional. Times are epoch milliseconds. */
export interface RolloutQuery {
  readonly dialect?: string;
  readonly state?: readonly RolloutState[];
  readonly host?: string;
  readonly requestedBy?: string;
  readonly text?: string;
  /** Accepted at this time or later, and before that one. */
  readonly from?: number;
  readonly to?: number;
  /** Continue after this rollout id; newest first. */
  readonly before?: string;
  readonly limit: number;
}

/** A machine with an agent; one that was declared and has never joined has no `joinedAt`. */
export type Host = Omit<EngineHost, 'joinedAt'> & { readonly joinedAt: number | null };

/** A token that lets servers join, without the token itself. */
export interface JoinToken {
  readonly id: number;
  readonly hosts: readonly string[];
  readonly mayReplace: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

/** Starts a session; its cookie is out of the reach of scripts. */
export async function logIn(name: string, password: string): Promise<User> {
  return await call<User>('POST', '/session', { name, password });
}

/** Ends the session on the server. */
export async function logOut(): Promise<void> {
  await call('DELETE', '/session');
}

/** Who is logged in; a Problem with status 401 when nobody is. */
export async function currentUser(): Promise<User> {
  return await call<User>('GET', '/session');
}

/** The names of the dialects that the server speaks. */
export async function dialects(signal: AbortSignal): Promise<readonly string[]> {
  return (await call<{ dialects: string[] }>('GET', '/server', undefined, signal)).dialects;
}

/** Rollouts, newest first. */
export async function rollouts(query: RolloutQuery, signal: AbortSignal): Promise<readonly RolloutSummary[]> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  return (await call<Items<RolloutSummary>>('GET', `/rollouts?${parameters}`, undefined, signal)).items;
}

/** The rollout now and after every change, until it has ended or `signal` aborts. */
export async function* watchRollout(id: string, signal: AbortSignal): AsyncGenerator<RolloutView> {
  const path = `/rollouts/${encodeURIComponent(id)}/events`;
  for await (const data of eventStream(path, 'rollout', signal)) yield data as RolloutView;
}

/** What a rollout was told to do; secrets stand as placeholders. */
export async function rolloutPlan(id: string, signal: AbortSignal): Promise<Plan> {
  return await call<Plan>('GET', `/rollouts/${encodeURIComponent(id)}/plan`, undefined, signal);
}

/** Asks for the end of a rollout: waiting host runs do not start, running steps are ended. */
export async function cancelRollout(id: string): Promise<void> {
  await call('POST', `/rollouts/${encodeURIComponent(id)}/cancel`);
}

/** Names one stream of what a step wrote. */
export interface OutputReference {
  readonly rolloutId: string;
  readonly hostRunId: number;
  readonly stepIndex: number;
  readonly stream: OutputStream;
}

/** A piece of output; `offset` is its place in the whole stream, in bytes. */
export interface OutputPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The path of the kept output of a step below the API's own, for `apiAddress` and for following it. */
export function outputPath({ rolloutId, hostRunId, stepIndex, stream }: OutputReference): string {
  return `/rollouts/${encodeURIComponent(rolloutId)}/output/${hostRunId}/${stepIndex}/${stream}`;
}

/** What a step wrote from `offset` on, as it comes, until the step has ended or `signal` aborts. */
export async function* followOutput(
  reference: OutputReference,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<OutputPiece> {
  const path = `${outputPath(reference)}/follow?offset=${offset}`;
  for await (const event of eventStream(path, 'output', signal)) {
    const piece = event as { offset: number; data: string };
    yield {
      offset: piece.offset,
      bytes: Uint8Array.from(atob(piece.data), (character) => character.charCodeAt(0)),
    };
  }
}

/** All hosts. */
export async function hosts(signal: AbortSignal): Promise<readonly Host[]> {
  return (await call<Items<Host>>('GET', '/hosts', undefined, signal)).items;
}

/** Forgets a host and its agent's credential. */
export async function removeHost(name: string): Promise<void> {
  await call('DELETE', `/hosts/${encodeURIComponent(name)}`);
}

/** The tokens that let hosts join. */
export async function joinTokens(signal: AbortSignal): Promise<readonly JoinToken[]> {
  return (await call<Items<JoinToken>>('GET', '/join-tokens', undefined, signal)).items;
}

/** Makes a token for hosts whose names fit one of the patterns. `install` is the line to run on the host. */
export async function createJoinToken(
  patterns: readonly string[],
  expiresInSeconds: number,
): Promise<{ install: string }> {
  return await call('POST', '/join-tokens', { hosts: patterns, expiresInSeconds });
}

/** Takes a join token back; hosts that joined with it stay. */
export async function revokeJoinToken(id: number): Promise<void> {
  await call('DELETE', `/join-tokens/${id}`);
}

interface Items<T> {
  readonly items: readonly T[];
}
