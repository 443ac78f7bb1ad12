import type { InstanceReport, InstanceStatus } from '../../engine/protocol.ts';
import { integer, list, object, oneOf, text } from './read-values.ts';

const states = ['starting', 'running', 'backing-off', 'crash-loop', 'stopping', 'stopped'] as const;
const troubles = ['asset', 'not-listening', 'status', 'timeout', 'crashed', 'out-of-memory'] as const;
const streams = ['stdout', 'stderr'] as const;
/** The largest process id that a Linux kernel gives. */
const mostPid = 2 ** 22;

/** Reads a report about a host's instances; throws `invalid` with the path of the mistake. */
export function readInstanceReport(body: unknown): InstanceReport {
  const value = object(body, 'body');
  return {
    sentAt: whole(value.sentAt, 'sentAt'),
    instances: list(value.instances, 'instances', 1_000).map((status, place) =>
      readStatus(status, `instances/${place}`),
    ),
    lines: list(value.lines, 'lines', 50_000).map((given, place) => {
      const path = `lines/${place}`;
      const line = object(given, path);
      return {
        instance: instanceId(line.instance, `${path}/instance`),
        at: whole(line.at, `${path}/at`),
        stream: oneOf(line.stream, streams, `${path}/stream`),
        // 8 KiB, and what says that something was cut.
        text: text(printable(line.text), `${path}/text`, 8_300, 0),
        ...(line.offset === undefined ? {} : { offset: whole(line.offset, `${path}/offset`) }),
      };
    }),
    usage: list(value.usage ?? [], 'usage', 10_000).map((sample, place) =>
      readUsage(sample, `usage/${place}`),
    ),
  };
}

function readUsage(given: unknown, path: string): NonNullable<InstanceReport['usage']>[number] {
  const value = object(given, path);
  const most = Number.MAX_SAFE_INTEGER;
  return {
    instance: instanceId(value.instance, `${path}/instance`),
    at: whole(value.at, `${path}/at`),
    milliseconds: integer(value.milliseconds, `${path}/milliseconds`, 1, most),
    cpuMilliseconds: integer(value.cpuMilliseconds, `${path}/cpuMilliseconds`, 0, most),
    residentBytes: integer(value.residentBytes, `${path}/residentBytes`, 0, most),
    cores: integer(value.cores, `${path}/cores`, 1, 65_536),
    memoryBytes: integer(value.memoryBytes, `${path}/memoryBytes`, 1, most),
  };
}

function readStatus(given: unknown, path: string): InstanceStatus {
  const value = object(given, path);
  return {
    instance: instanceId(value.instance, `${path}/instance`),
    state: oneOf(value.state, states, `${path}/state`),
    healthy: value.healthy === true,
    port: orNull(value.port, (port) => integer(port, `${path}/port`, 1, 65_535)),
    pid: orNull(value.pid, (pid) => integer(pid, `${path}/pid`, 1, mostPid)),
    startedAt: orNull(value.startedAt, (at) => whole(at, `${path}/startedAt`)),
    restarts: integer(value.restarts, `${path}/restarts`, 0, Number.MAX_SAFE_INTEGER),
    trouble: orNull(value.trouble, (trouble) => readTrouble(trouble, `${path}/trouble`)),
  };
}

function readTrouble(given: unknown, path: string): NonNullable<InstanceStatus['trouble']> {
  const value = object(given, path);
  const { path: probed, port, status, exitCode } = value;
  return {
    kind: oneOf(value.kind, troubles, `${path}/kind`),
    text: text(printable(value.text), `${path}/text`, 10_000, 0),
    ...(probed === undefined ? {} : { path: text(probed, `${path}/path`, 2_000, 0) }),
    ...(port === undefined ? {} : { port: integer(port, `${path}/port`, 0, 65_535) }),
    ...(status === undefined ? {} : { status: integer(status, `${path}/status`, 0, 999) }),
    ...(exitCode === undefined
      ? {}
      : { exitCode: integer(exitCode, `${path}/exitCode`, -(2 ** 31), 2 ** 32) }),
  };
}

/** Programs write what they like; NUL is refused everywhere else. */
function printable(given: unknown): unknown {
  return typeof given === 'string' ? given.replaceAll('\0', '\uFFFD') : given;
}

function instanceId(given: unknown, path: string): string {
  return text(given, path, 36, 36);
}

/** Milliseconds or bytes. */
function whole(given: unknown, path: string): number {
  return integer(given, path, 0, Number.MAX_SAFE_INTEGER);
}

function orNull<Value>(given: unknown, read: (given: unknown) => Value): Value | null {
  return given === null || given === undefined ? null : read(given);
}
