import { BlockList, isIP, isIPv4 } from 'node:net';

/** Everything that is not the public internet (IANA's special-purpose registries), also in its IPv6 disguises. */
const privateNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Unspecified, loopback and the old IPv4-compatible form.
  '::/96',
  // Translated and tunnelled IPv4, which would hide a private address.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const privateList = networks(privateNetworks);

/** Whether an address belongs to no public network; an IPv4 address mapped into IPv6 is judged as what it is. */
export function isPrivateAddress(address: string): boolean {
  return contains(privateList, address);
}

/** Addresses of these networks, given as CIDRs or single addresses. Throws for what is neither. */
export function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (isIP(address) === 0) throw new Error(`${cidr} is not an address or a CIDR`);
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  return list;
}

/** Whether `list` has the address, whether it is written as IPv4 or mapped into IPv6. */
export function contains(list: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}
