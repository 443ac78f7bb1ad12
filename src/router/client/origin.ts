import type { Socket } from 'node:net';
import { portIn } from '../routing/host-name.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/** Where the requests of a connection come from, as this router sees it. */
export class Origin {
  /** The caller's address, without the prefix of IPv4 in IPv6 and without a zone; '' when it has left already. */
  readonly address: string;
  /** The caller is a balancer that is believed. */
  readonly isTrusted: boolean;
  /** The port that this router listens on. */
  readonly #port: number;
  #host: string | undefined;
  #lines = '';

  constructor({ remoteAddress = '', localPort = 0 }: Socket, trusted: TrustedProxies) {
    this.address = remoteAddress.replace(/^::ffff:(?=\d+\.)|%.*$/g, '');
    this.isTrusted = trusted.has(this.address);
    this.#port = localPort;
  }

  /**
   * The header lines that tell a backend whom it answers. What the caller itself says is replaced, because anyone can say
   * anything; what a trusted balancer says (`given`) is kept, and the balancer added to the list.
   */
  lines(host: string, given: ReadonlyMap<string, string> | undefined): string {
    if (given && this.isTrusted) return this.#linesFor(host, given);
    // Nearly all requests of a connection are for one host.
    if (host !== this.#host) {
      this.#lines = this.#linesFor(host, undefined);
      this.#host = host;
    }
    return this.#lines;
  }

  #linesFor(host: string, given: ReadonlyMap<string, string> | undefined): string {
    const { address } = this;
    const chain = given?.get('x-forwarded-for');
    const steps = given?.get('forwarded');
    const node = address.includes(':') ? `"[${address}]"` : address;
    return (
      `X-Forwarded-For: ${chain === undefined ? '' : `${chain}, `}${address}\r\n` +
      `X-Forwarded-Proto: ${given?.get('x-forwarded-proto') ?? 'http'}\r\n` +
      `X-Forwarded-Host: ${given?.get('x-forwarded-host') ?? host}\r\n` +
      `X-Forwarded-Port: ${given?.get('x-forwarded-port') ?? portIn(host) ?? this.#port}\r\n` +
      // RFC 7239 says the same once more: only behind a balancer that uses it.
      (steps === undefined ? '' : `Forwarded: ${steps}, for=${node}\r\n`)
    );
  }
}
