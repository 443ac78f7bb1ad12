import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type AgentLink, FakeAgent } from '../test/harness/fake-agent.ts';

/**
 * A process of simulated agents for benches: they speak the real protocol over HTTP, each on its own connection, and
 * their steps end at once. Its one argument is a file with the server's address and the agents' credentials as JSON; it
 * prints a line when all have begun, and ends with its standard input.
 */
interface Instructions {
  readonly base: string;
  readonly waitSeconds: number;
  readonly hosts: readonly { name: string; credential: string }[];
}

const { base, waitSeconds, hosts } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Instructions;
const { hostname, port } = new URL(base);
const connections = new Agent({ keepAlive: true });

function post<Answer>(
  path: string,
  credential: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const call = request(
      {
        ...{ hostname, port, path, method: 'POST', agent: connections },
        ...(signal ? { signal } : {}),
        headers: {
          authorization: `Bearer ${credential}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          'x-slipway-protocol': '1',
        },
      },
      (answer) => {
        let read = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          read += part;
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(JSON.parse(read));
          else reject(new Error(`${path} answered ${answer.statusCode}: ${read}`));
        });
        answer.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

function httpLink(credential: string): AgentLink {
  return {
    poll: (asked, signal) => post('/agent/v1/poll', credential, asked, signal),
    report: (report) => post('/agent/v1/report', credential, report),
  };
}

for (const { name, credential } of hosts) {
  new FakeAgent(name, httpLink(credential), () => undefined, waitSeconds).start();
}
process.stdout.write('begun\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
