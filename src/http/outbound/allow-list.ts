import { isIP } from 'node:net';
import { CoreError } from '../../errors/index.ts';
import { contains, networks } from './private-addresses.ts';

/** Private places that requests to user-given URLs may reach all the same. */
export interface AllowList {
  /** Whether `host:port`, as it stands in a URL, was listed. */
  allowsPlace(host: string, port: number): boolean;
  /** Whether a listed network has the address. */
  allowsAddress(address: string): boolean;
}

/** Reads `SLIPWAY_OUTBOUND_ALLOW`: `host:port` and CIDRs. Throws `invalid` for anything else. */
export function allowList(entries: readonly string[]): AllowList {
  const cidrs = entries.filter(isNetwork);
  const places = new Set(entries.filter((entry) => !isNetwork(entry)).map(placeOf));
  const list = networks(cidrs);
  return {
    allowsPlace: (host, port) => places.has(`${host.toLowerCase()}:${port}`),
    allowsAddress: (address) => contains(list, address),
  };
}

function isNetwork(entry: string): boolean {
  const [address = '', bits] = entry.split('/');
  return isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
}

function placeOf(entry: string): string {
  if (!/^(\[[0-9a-f:.]+\]|[^:/\s]+):\d{1,5}$/i.test(entry)) {
    throw new CoreError(
      'invalid',
      `outboundAllow (SLIPWAY_OUTBOUND_ALLOW) takes host:port or a CIDR, not ${entry}`,
    );
  }
  return entry.toLowerCase();
}
