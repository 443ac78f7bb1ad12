import { parseArgs } from 'node:util';
import { exitCodes, RouterError } from './router-error.ts';

/** What the router was told on its command line. */
export interface RouterOptions {
  /** Without a slash at the end. */
  readonly server: string;
  readonly tokenFile: string;
  readonly state: string;
  readonly port: number;
  readonly host: string;
  /** Where the server and people reach it; by default it follows from host and port. */
  readonly address: string | undefined;
  readonly trustProxy: readonly string[];
}

/** What `--help` prints. */
export const helpText = `Usage: slipway router --server URL --token-file FILE --state DIR [options]
       slipway router --stop --state DIR

Routes requests to what is deployed, by the table of a Slipway server; while no server answers, by the last one.

  --server URL        address of the server, like https://deploy.example.com
  --token-file FILE   file with the router token (the server keeps its own router's in router-token)
  --state DIR         folder for the router's name, its last table and its process id; one router each
  --port N            where it listens; default 4680, 0 takes any free port
  --host ADDRESS      the address that it listens on; default 127.0.0.1, 0.0.0.0 for all
  --address URL       what it says of where it is reached; default: from --host and --port
  --trust-proxy CIDR  a balancer in front whose X-Forwarded-* headers are passed on; may be given several times
  --insecure          allow plain http to a server that is not on this machine
  --stop              end the router of this state folder: it takes no more requests and finishes those it has
  --help              print this text

A server whose certificate is of an authority of your own: NODE_EXTRA_CA_CERTS=FILE with the authority's certificate.

Exit codes: 0 stopped, 1 unexpected error, 2 wrong use, 4 state folder in use, 5 address in use.
`;

/** `--stop`: the folder of the router to end; undefined when one is to be run. Throws RouterError. */
export function folderToStop(args: readonly string[]): string | undefined {
  const values = parse(args);
  return values.stop ? stateFolder(values.state) : undefined;
}

/** Reads arguments, or throws a RouterError that says which one is wrong and what would be right. */
export function readOptions(args: readonly string[]): RouterOptions {
  const values = parse(args);
  const tokenFile = values['token-file'];
  if (!tokenFile) throw usage('--token-file is missing: name the file with the router token');
  return {
    server: readServer(values.server, values.insecure ?? false),
    tokenFile,
    state: stateFolder(values.state),
    port: readPort(values.port ?? '4680'),
    host: values.host ?? '127.0.0.1',
    address: values.address,
    trustProxy: values['trust-proxy'] ?? [],
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        server: { type: 'string' },
        'token-file': { type: 'string' },
        state: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        address: { type: 'string' },
        'trust-proxy': { type: 'string', multiple: true },
        insecure: { type: 'boolean' },
        stop: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function stateFolder(state: string | undefined): string {
  if (!state) throw usage('--state is missing: name a folder of its own for this router');
  return state;
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
  const isLoopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname);
  if (url.protocol === 'http:' && !insecure && !isLoopback) {
    throw usage(
      `--server ${url.origin} would send the router token in the clear: use https, or --insecure if the network between is trusted`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw usage(`--port ${text} should be a number from 0 to 65535`);
  }
  return Number(text);
}

function usage(message: string): RouterError {
  return new RouterError(exitCodes.usage, `${message}\nTry --help.`);
}
