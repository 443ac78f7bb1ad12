import http from 'node:http';
import net from 'node:net';
import type { HealthCheck } from '../../engine/steps/index.ts';
import type { InstanceTrouble } from './status.ts';

/** Only this machine is ever probed. */
const address = '127.0.0.1';

/** Asks an instance once whether it is well; undefined when it is. Never rejects. */
export function probe(
  health: Pick<HealthCheck, 'type' | 'path' | 'timeoutSeconds'>,
  port: number,
): Promise<InstanceTrouble | undefined> {
  return health.type === 'tcp' ? probeTcp(port, health.timeoutSeconds) : probeHttp(health, port);
}

function probeHttp(
  health: Pick<HealthCheck, 'path' | 'timeoutSeconds'>,
  port: number,
): Promise<InstanceTrouble | undefined> {
  const path = `/${health.path.replace(/^\//, '')}`;
  const said = `GET http://${address}:${port}${path}`;
  return new Promise((resolve) => {
    const end = (trouble?: InstanceTrouble) => {
      clearTimeout(timer);
      resolve(trouble);
      request.destroy();
    };
    const request = http.get({
      host: address,
      port,
      path: encodeURI(decoded(path)),
      agent: false,
      headers: { 'user-agent': 'slipway-agent' },
    });
    // The head is all that counts: a body that never ends is no reason to wait.
    request.once('response', ({ statusCode: status = 0 }) => {
      if (status >= 200 && status <= 299) return end();
      end({ kind: 'status', text: `${said} answered status ${status}`, path, port, status });
    });
    request.on('error', (error) => end({ ...unreachable(error, said, port), path }));
    const timer = setTimeout(
      () => end({ ...late(said, health.timeoutSeconds), path, port }),
      health.timeoutSeconds * 1000,
    );
  });
}

function probeTcp(port: number, timeoutSeconds: number): Promise<InstanceTrouble | undefined> {
  const said = `A connection to ${address}:${port}`;
  return new Promise((resolve) => {
    const end = (trouble?: InstanceTrouble) => {
      clearTimeout(timer);
      resolve(trouble);
      socket.destroy();
    };
    const socket = net.connect({ host: address, port });
    socket.once('connect', () => end());
    socket.on('error', (error) => end(unreachable(error, said, port)));
    const timer = setTimeout(() => end({ ...late(said, timeoutSeconds), port }), timeoutSeconds * 1000);
  });
}

function unreachable(error: NodeJS.ErrnoException, said: string, port: number): InstanceTrouble {
  const text =
    error.code === 'ECONNREFUSED'
      ? `${said}: nothing listens on port ${port} (the program gets its port in PORT)`
      : `${said}: ${error.message}`;
  return { kind: 'not-listening', text, port };
}

function late(said: string, timeoutSeconds: number): InstanceTrouble {
  return { kind: 'timeout', text: `${said} was not answered within ${timeoutSeconds} s` };
}

/** A path may be given with or without its escapes. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
