import type { FastifyReply, FastifyRequest } from 'fastify';
import { FailureThrottle, verifyHash } from '../../../identity/index.ts';
import type { Context } from '../context.ts';
import type { BinaryGroup } from '../store/binary-group.ts';

const lifetimeSeconds = 12 * 60 * 60;
const failuresPerMinute = 10;

/** Lets callers into the pages of a group that has a password, and remembers them by a signed cookie. */
export interface GroupAccess {
  isOpen(request: FastifyRequest, group: BinaryGroup): Promise<boolean>;
  /** True and a cookie for the right password. Throws `rate-limited` after ten wrong ones in a minute. */
  enter(request: FastifyRequest, reply: FastifyReply, group: BinaryGroup, password: string): Promise<boolean>;
}

/** Access to the groups of this installation. */
export function createGroupAccess(context: Context): GroupAccess {
  const throttle = new FailureThrottle(context.parts.clock, {
    limit: failuresPerMinute,
    milliseconds: 60_000,
  });
  return {
    async isOpen(request, group) {
      if (group.password_hash === null) return true;
      const [expires = '', signature = ''] = cookie(request, cookieName(group)).split('.');
      if (!(Number(expires) > context.parts.clock.now())) return false;
      const signer = await context.signer();
      // The hash is signed along, so that a changed password closes the page for everybody.
      return signer.verify(signature, 'group', group.id, expires, group.password_hash);
    },
    async enter(request, reply, group, password) {
      const caller = `${group.id} ${request.ip}`;
      const hash = group.password_hash;
      if (hash === null) return true;
      if (!(await throttle.attempt(caller, () => verifyHash(password, hash)))) return false;
      const expires = context.parts.clock.now() + lifetimeSeconds * 1000;
      const signature = (await context.signer()).sign('group', group.id, expires, hash);
      const secure = context.parts.publicUrl(request).startsWith('https:') ? '; Secure' : '';
      reply.header(
        'set-cookie',
        `${cookieName(group)}=${expires}.${signature}; Path=/-/nhn-deploy/groups/${group.page_token}; ` +
          `Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Lax${secure}`,
      );
      return true;
    },
  };
}

function cookieName(group: BinaryGroup): string {
  return `nhn-deploy-group-${group.id}`;
}

function cookie(request: FastifyRequest, name: string): string {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=');
    if (key === name) return value;
  }
  return '';
}
