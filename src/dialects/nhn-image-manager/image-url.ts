import type { FastifyRequest } from 'fastify';
import type { Context } from './context.ts';

/** Where the image host answers below the server's own address. */
export const imagePrefix = '/i';

/** The base of all public URLs, without a slash at the end; `request` tells which address its caller used. */
export function imageBase({ parts }: Context, request?: FastifyRequest): string {
  return parts.settings.imagePublicUrl ?? `${parts.publicUrl(request)}${imagePrefix}`;
}

/** The public URL of a path in a container: every segment percent-encoded as UTF-8 (contract nhn-image-manager 2.7). */
export function imageUrl(base: string, container: string, path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${base}/${container}${encoded}`;
}
