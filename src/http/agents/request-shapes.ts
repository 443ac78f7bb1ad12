import type {
  AgentEvent,
  HeldLease,
  JoinRequest,
  PollRequest,
  ReportRequest,
} from '../../engine/protocol.ts';
import { integer, invalid, list, object, oneOf, text } from './read-values.ts';

/**
 * Reads the bodies of the agent protocol by hand: thousands of polls are read a second, and a schema would cost more
 * than the rest of them. All throw `invalid` with the path of the mistake.
 */
export function readJoin(body: unknown): JoinRequest {
  const value = object(body, 'body');
  const address = value.address === undefined ? undefined : text(value.address, 'address', 255);
  const labels = value.labels === undefined ? {} : object(value.labels, 'labels');
  const entries = Object.entries(labels);
  if (entries.length > 100) throw invalid('labels', 'at most 100 labels');
  return {
    token: text(value.token, 'token', 1000),
    name: hostName(value.name),
    ...(address === undefined ? {} : { address }),
    labels: Object.fromEntries(
      entries.map(([key, label]) => [text(key, 'labels', 200), text(label, `labels/${key}`, 1000, 0)]),
    ),
    platform: text(value.platform, 'platform', 100),
    agentVersion: text(value.agentVersion, 'agentVersion', 100),
    replace: value.replace === true,
    ...(value.credential === undefined ? {} : { credential: credential(value.credential) }),
  };
}

/** A poll, read and bounded by hand because thousands are held; throws `invalid`. */
export function readPoll(body: unknown): PollRequest {
  const value = object(body, 'body');
  return {
    agentVersion: text(value.agentVersion, 'agentVersion', 100),
    held: list(value.held, 'held', 100).map((lease, place) => heldLease(lease, `held/${place}`)),
    free: integer(value.free, 'free', 0, 100),
    waitSeconds: integer(value.waitSeconds, 'waitSeconds', 0, 300),
  };
}

/** A report, read and bounded by hand; throws `invalid`. */
export function readReport(body: unknown): ReportRequest {
  const value = object(body, 'body');
  const events = list(value.events, 'events', 10_000).map((event, place) =>
    readEvent(event, `events/${place}`),
  );
  if (value.sentAt === undefined) return { events };
  return { sentAt: integer(value.sentAt, 'sentAt', 0, Number.MAX_SAFE_INTEGER), events };
}

const stepStates = ['succeeded', 'failed', 'cancelled', 'interrupted'] as const;
const endReasons = ['exit-code', 'timeout', 'cancelled', 'step-error', 'interrupted'] as const;

function readEvent(given: unknown, path: string): AgentEvent {
  const value = object(given, path);
  const place = {
    ...heldLease(value, path),
    sequence: integer(value.sequence, `${path}/sequence`, 1, Number.MAX_SAFE_INTEGER),
  };
  const at = () => integer(value.at, `${path}/at`, 0, Number.MAX_SAFE_INTEGER);
  const index = () => integer(value.index, `${path}/index`, 0, 100_000);
  switch (value.kind) {
    case 'step-started':
      return { ...place, kind: value.kind, index: index(), at: at() };
    case 'output':
      return {
        ...place,
        kind: value.kind,
        index: index(),
        stream: oneOf(value.stream, ['stdout', 'stderr'] as const, `${path}/stream`),
        offset: integer(value.offset, `${path}/offset`, 0, Number.MAX_SAFE_INTEGER),
        // 256 KiB in base64.
        data: text(value.data, `${path}/data`, 349_528, 0),
      };
    case 'step-ended':
      return {
        ...place,
        kind: value.kind,
        index: index(),
        at: at(),
        state: oneOf(value.state, stepStates, `${path}/state`),
        exitCode:
          value.exitCode === null ? null : integer(value.exitCode, `${path}/exitCode`, -(2 ** 31), 2 ** 32),
        reason: value.reason === null ? null : oneOf(value.reason, endReasons, `${path}/reason`),
        reasonText:
          value.reasonText === null ? null : text(value.reasonText, `${path}/reasonText`, 10_000, 0),
      };
    case 'lease-returned':
    case 'lease-ended':
      return { ...place, kind: value.kind, at: at() };
    default:
      throw invalid(`${path}/kind`, 'an unknown kind of event');
  }
}

function heldLease(given: unknown, path: string): HeldLease {
  const value = object(given, path);
  return {
    hostRunId: integer(value.hostRunId, `${path}/hostRunId`, 0, Number.MAX_SAFE_INTEGER),
    fencingToken: integer(value.fencingToken, `${path}/fencingToken`, 0, Number.MAX_SAFE_INTEGER),
  };
}

function credential(given: unknown): string {
  const value = text(given, 'credential', 200, 43);
  if (!/^[\w-]+$/.test(value)) throw invalid('credential', '43 to 200 letters of base64url');
  return value;
}

function hostName(given: unknown): string {
  const name = text(given, 'name', 200);
  if (/[/,\p{Cc}]/u.test(name)) throw invalid('name', 'no slashes, commas and control characters');
  return name;
}
