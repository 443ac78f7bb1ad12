import { lookup } from 'node:dns/promises';
import type { RequestOptions } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { CoreError } from '../../errors/index.ts';
import type { Outbound } from '../dialect.ts';
import { type AllowList, allowList } from './allow-list.ts';
import { isPrivateAddress } from './private-addresses.ts';

/**
 * Guarded requests to user-given URLs: the name is resolved here, every address of it is checked, and the connection
 * goes to the checked address itself, so that a second answer of the DNS cannot differ. Redirects are not followed:
 * their status is the answer. Throws `invalid` for a bad URL, `forbidden` for a private place and `unavailable` when
 * nobody answers.
 */
export function createOutbound(allowed: readonly string[]): Outbound {
  const allow = allowList(allowed);
  return {
    isListed: (url) => allow.allowsPlace(url.hostname, portOf(url)),
    async post(url, body, { contentType, timeoutMilliseconds }) {
      const target = parse(url);
      const address = await permittedAddress(target, allow);
      return send(target, address, body, contentType, timeoutMilliseconds);
    },
  };
}

function parse(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || (target.protocol !== 'http:' && target.protocol !== 'https:')) {
    throw new CoreError('invalid', 'The URL must begin with http:// or https://');
  }
  return target;
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

async function permittedAddress(target: URL, allow: AllowList): Promise<string> {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await resolve(host);
  const port = portOf(target);
  const isFree = allow.allowsPlace(target.hostname, port);
  const refused = addresses.find(
    (address) => !isFree && isPrivateAddress(address) && !allow.allowsAddress(address),
  );
  const [first] = addresses;
  if (refused !== undefined || first === undefined) {
    throw new CoreError(
      'forbidden',
      `${target.hostname} is in a private network; an administrator can list ${target.hostname}:${port} in SLIPWAY_OUTBOUND_ALLOW`,
      { internal: `refused address ${refused}` },
    );
  }
  return first;
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map((found) => found.address);
  } catch (cause) {
    throw new CoreError('unavailable', `The name ${host} cannot be resolved`, { cause });
  }
}

async function send(
  target: URL,
  address: string,
  body: string,
  contentType: string,
  timeoutMilliseconds: number,
): Promise<{ status: number }> {
  const { request } = target.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const pinned: LookupFunction = (_host, options, answer) => {
    const family = isIP(address);
    if (options.all) answer(null, [{ address, family }]);
    else answer(null, address, family);
  };
  const options: RequestOptions = {
    method: 'POST',
    lookup: pinned,
    // A connection of its own: a shared agent could hand out one that was made for another check.
    agent: false,
    signal: AbortSignal.timeout(timeoutMilliseconds),
    headers: {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'user-agent': 'slipway',
    },
  };
  return new Promise((resolvePromise, reject) => {
    const call = request(target, options, (answer) => {
      resolvePromise({ status: answer.statusCode ?? 0 });
      // Nobody reads the body; an endless one must not be received either.
      answer.destroy();
    });
    call.on('error', (cause) =>
      reject(new CoreError('unavailable', `${target.host} does not answer`, { cause })),
    );
    call.end(body);
  });
}
