import { BadMessage } from './bad-message.ts';

/** How a body ends: not there, after so many bytes, in chunks, or with the connection. */
export type BodyFraming = { readonly kind: 'none' | 'chunked' | 'until-close' } | { readonly length: number };

/** The three that are no length: one object each, as they are made for every message. */
export const framings: Readonly<Record<'none' | 'chunked' | 'until-close', BodyFraming>> = {
  none: { kind: 'none' },
  chunked: { kind: 'chunked' },
  'until-close': { kind: 'until-close' },
};

/**
 * Reads the values of `Content-Length` and `Transfer-Encoding`; undefined where neither is given. Where the ends of
 * messages are read in two ways, one client can be given the answer of another: whatever is unusual is refused.
 * Throws BadMessage.
 */
export function readFraming(length: string | undefined, coding: string | undefined): BodyFraming | undefined {
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new BadMessage('its length is no number');
  if (coding !== undefined) {
    if (length !== undefined) throw new BadMessage('it has a length and a transfer coding');
    if (coding.toLowerCase() !== 'chunked') throw new BadMessage('its transfer coding is unknown');
    return framings.chunked;
  }
  return length === undefined ? undefined : { length: Number(length) };
}
