import { portIn } from './host-name.ts';

/** What a request brought along from a balancer in front, in lower case. */
export type GivenHeaders = ReadonlyMap<string, string>;

/** Names that are replaced, or taken over from a trusted balancer. */
export const forwardedNames: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'forwarded',
]);

/** Where a request came from, as this router sees it. */
export interface Origin {
  /** The caller's address, without the prefix of IPv4 in IPv6. */
  readonly address: string;
  /** The `Host` header. */
  readonly host: string;
  /** The port that this router listens on. */
  readonly port: number;
}

/**
 * The header lines that tell a backend whom it answers. What the caller itself says is replaced, because anyone can say
 * anything; what a trusted balancer says (`given`) is kept, and the balancer added to the list.
 */
export function forwardedLines({ address, host, port }: Origin, given?: GivenHeaders): string {
  const node = address.includes(':') ? `"[${address}]"` : address;
  const quotedHost = host.includes('"') || host.includes('\\') ? '' : `;host="${host}"`;
  const chain = given?.get('x-forwarded-for');
  const steps = given?.get('forwarded');
  return (
    `X-Forwarded-For: ${chain === undefined ? '' : `${chain}, `}${address}\r\n` +
    `X-Forwarded-Proto: ${given?.get('x-forwarded-proto') ?? 'http'}\r\n` +
    `X-Forwarded-Host: ${given?.get('x-forwarded-host') ?? host}\r\n` +
    `X-Forwarded-Port: ${given?.get('x-forwarded-port') ?? portIn(host) ?? port}\r\n` +
    `Forwarded: ${steps === undefined ? '' : `${steps}, `}for=${node}${quotedHost};proto=http\r\n`
  );
}
