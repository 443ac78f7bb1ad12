import { createServer } from 'node:net';

/**
 * Below the ports that connections are given (from 32768 on), so that none of them sits on it while a program starts
 * again on its port; those from 20000 on are for the instances of agents. Each test process has a range of its own.
 */
const first = 10_000;
const range = 1_000;

const lane = Number(process.env.VITEST_POOL_ID ?? 0) % 10;
let next = Math.floor(Math.random() * range);

/** A port of the loopback that nobody listens on, for a program that has to be told its port, or keeps it over restarts. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < range; tries += 1) {
    next = (next + 1) % range;
    const port = first + lane * range + next;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${first} on is free`);
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
