import { BlockList, isIP } from 'node:net';

/** The balancers in front of this router whose word on where requests come from is believed. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** Addresses or CIDRs, like `10.0.0.0/8`. Throws an Error that names the one that is neither. */
  constructor(places: readonly string[]) {
    this.#isEmpty = places.length === 0;
    for (const place of places) {
      const [address = '', bits] = place.split('/');
      const family = isIP(address);
      if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
        throw new Error(`${place} is not an address or a CIDR like 10.0.0.0/8`);
      }
      if (bits === undefined) this.#list.addAddress(address, `ipv${family as 4 | 6}`);
      else this.#list.addSubnet(address, Number(bits), `ipv${family as 4 | 6}`);
    }
  }

  has(address: string): boolean {
    const family = isIP(address);
    return !this.#isEmpty && family !== 0 && this.#list.check(address, `ipv${family as 4 | 6}`);
  }
}
