import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AgentError, exitCodes } from './agent-error.ts';

/** What the agent was told on its command line and by `SLIPWAY_TOKEN`. */
export interface AgentOptions {
  /** Without a slash at the end. */
  readonly server: string;
  /** Undefined when the state folder is expected to hold a credential. */
  readonly token: string | undefined;
  readonly name: string;
  readonly state: string;
  readonly address: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly replace: boolean;
  /** Only join, and exit. */
  readonly joinOnly: boolean;
  /** A supervisor starts the program again when it exits. */
  readonly supervised: boolean;
  /** Its instances end with it, and are started again with it. */
  readonly stopInstances: boolean;
  /** Only end the instances of this state folder for good, and exit. */
  readonly removeInstances: boolean;
  /** Milliseconds between TERM and KILL. */
  readonly graceMilliseconds: number;
  /** The most bytes of fetched files that are kept for a next time. */
  readonly cacheBytes: number;
}

/** What `--help` prints. */
export const helpText = `Usage: slipway agent --server URL --name NAME --state DIR [options]

Joins this machine to a Slipway server and runs the steps that the server gives it.

  --server URL       address of the server, like https://deploy.example.com
  --name NAME        name of this host; unique on the server
  --state DIR        folder that this agent keeps its credential, journal and cache in; one agent each
  --token TOKEN      join token; needed for the first start only
  --token-file FILE  read the join token from a file
                     (or the environment variable SLIPWAY_TOKEN, which other users cannot see in a process list)
  --address ADDRESS  where this host is reached; default: the address that the server sees
  --label KEY=VALUE  a label; may be given several times
  --replace          take over a name that is known already; needs a token that allows it
  --insecure         allow plain http to a server that is not on this machine
  --join-only        join, keep the credential in the state folder, and exit
  --supervised       something (like systemd) starts the program again when it exits
  --stop-instances   end the instances when the agent is stopped, and start them
                     again with it; without this they run on
  --remove-instances only end and remove the instances of this host, and exit
  --grace SECONDS    time between asking a step to end and forcing it; default 5
  --cache-megabytes N  keep at most so many MiB of fetched files; default 2048
  --version          print the version
  --help             print this text

A server whose certificate is of an authority of your own: NODE_EXTRA_CA_CERTS=FILE with the authority's certificate.

Exit codes: 0 stopped, 1 unexpected error, 2 wrong use, 3 refused by the server, 4 state folder in use.
`;

/** Reads arguments, or throws an AgentError that says which one is wrong and what would be right. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): AgentOptions {
  const values = parse(args);
  const server = readServer(values.server, values.insecure ?? false);
  const name = values.name;
  if (!name || name.length > 200 || hasControlCharacter(name) || /[/,]/.test(name)) {
    throw usage('--name must be 1 to 200 characters without control characters, slashes and commas');
  }
  if (!values.state) throw usage('--state is missing: name a folder of its own for this agent');
  return {
    server,
    token: readToken(values.token, values['token-file'], environment),
    name,
    state: values.state,
    address: values.address,
    labels: readLabels(values.label ?? []),
    replace: values.replace ?? false,
    joinOnly: values['join-only'] ?? false,
    supervised: values.supervised ?? false,
    stopInstances: values['stop-instances'] ?? false,
    removeInstances: values['remove-instances'] ?? false,
    graceMilliseconds: readNumber('--grace', values.grace, 5, 3600) * 1000,
    cacheBytes: readNumber('--cache-megabytes', values['cache-megabytes'], 2048, 1e9) * 1_048_576,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        server: { type: 'string' },
        token: { type: 'string' },
        'token-file': { type: 'string' },
        name: { type: 'string' },
        state: { type: 'string' },
        address: { type: 'string' },
        label: { type: 'string', multiple: true },
        replace: { type: 'boolean' },
        insecure: { type: 'boolean' },
        'join-only': { type: 'boolean' },
        supervised: { type: 'boolean' },
        'stop-instances': { type: 'boolean' },
        'remove-instances': { type: 'boolean' },
        grace: { type: 'string' },
        'cache-megabytes': { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function readServer(text: string | undefined, insecure: boolean): string {
  if (!text) throw usage('--server is missing: give the address of the server');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw usage(`--server ${text} is not an http or https address, like https://deploy.example.com`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw usage('--server must not carry a user name, a password, a query or a fragment');
  }
  if (url.protocol === 'http:' && !insecure && !isLoopback(url.hostname)) {
    throw usage(
      `--server ${url.origin} would send this host's credential in the clear: use https, or --insecure if the network between is trusted`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}

function readToken(
  token: string | undefined,
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (token !== undefined && file !== undefined) throw usage('give --token or --token-file, not both');
  if (file === undefined) return token || environment.SLIPWAY_TOKEN || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw usage(`--token-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function readLabels(pairs: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw usage(`--label ${pair} must have the form key=value`);
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return labels;
}

function readNumber(flag: string, text: string | undefined, standard: number, most: number): number {
  if (text === undefined) return standard;
  const number = Number(text);
  if (!(number >= 0 && number <= most)) throw usage(`${flag} ${text} must be a number from 0 to ${most}`);
  return number;
}

function usage(message: string): AgentError {
  return new AgentError(exitCodes.usage, `${message}\nTry --help.`);
}
