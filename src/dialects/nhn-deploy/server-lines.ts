import { isHostName } from './scenario-input.ts';
import type { Server } from './store/server-group.ts';

/** One server of a group, as people write it: a host name alone, or with what is known of the machine. */
export interface ServerInput {
  readonly hostname: string;
  readonly instanceName?: string | null | undefined;
  readonly ip?: string | null | undefined;
  readonly os?: string | null | undefined;
}

/** Hears what is wrong, with its place: `servers/3/hostname`, or the line of the text. */
type Problem = (path: string, message: string) => void;

/** Reads one server a line: `host;ip;os;`, all but the host may be left out (contract nhn-deploy 6). */
export function readServerLines(text: string): ServerInput[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.split(';').map((field) => field.trim()))
    .filter((fields) => fields.some((field) => field !== ''))
    .map(([hostname = '', ip = '', os = '']) => ({ hostname, ip: ip || null, os: os || null }));
}

/** Checks servers of one group; undefined when `problem` heard something. */
export function readServers(
  inputs: readonly (string | ServerInput)[],
  problem: Problem,
): Server[] | undefined {
  const taken = new Set<string>();
  let sound = true;
  const report: Problem = (path, message) => {
    sound = false;
    problem(path, message);
  };
  const servers = inputs.map((input, index) => {
    const server = typeof input === 'string' ? { hostname: input } : input;
    const hostname = server.hostname.trim();
    const instanceName = server.instanceName?.trim() || null;
    const path = `servers/${index}`;
    if (!isHostName(hostname)) {
      report(
        `${path}/hostname`,
        'should be 1 to 200 characters without commas, slashes and control characters',
      );
    }
    if (instanceName !== null && !isHostName(instanceName)) {
      report(
        `${path}/instanceName`,
        'should be 1 to 200 characters without commas, slashes and control characters',
      );
    }
    for (const name of new Set([hostname, instanceName ?? hostname])) {
      if (taken.has(name))
        report(path, `the group has ${JSON.stringify(name.slice(0, 100))} twice; names in a group differ`);
      taken.add(name);
    }
    return { hostname, instanceName, ip: bounded(server.ip), os: bounded(server.os) };
  });
  if (servers.length > mostServers) report('servers', `a group has at most ${mostServers} servers`);
  return sound ? servers : undefined;
}

/** The most hosts that a stage has (`src/engine/plan.ts`). */
const mostServers = 10_000;

function bounded(text: string | null | undefined): string | null {
  return text?.trim().replaceAll('\0', '').slice(0, 100) || null;
}

/** The servers that `names` mean (host names or instance names), in the group's order; a name of none is returned instead. */
export function chooseServers(
  servers: readonly Server[],
  names: readonly string[] | undefined,
): { chosen: readonly Server[] } | { unknown: string } {
  if (!names) return { chosen: servers };
  const byName = new Map<string, Server>();
  for (const server of servers) {
    byName.set(server.hostname, server);
    if (server.instanceName !== null) byName.set(server.instanceName, server);
  }
  const unknown = names.find((name) => !byName.has(name));
  if (unknown !== undefined) return { unknown };
  const chosen = new Set(names.map((name) => byName.get(name)));
  return { chosen: servers.filter((server) => chosen.has(server)) };
}
