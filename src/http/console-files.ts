import { access } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { coreForm } from './core-form.ts';

/**
 * Everything comes from the server itself, pictures also from where it says that they are public; styles may stand in
 * attributes, scripts never inline.
 */
const contentSecurityPolicy = (imageOrigins: readonly string[]) =>
  [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    ["img-src 'self' data:", ...imageOrigins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const open = 'The pages of the console hold no data; what they show comes from the native API.';

/**
 * The console from its built folder, at `/console/`, and `/` leading there. Paths that are no file get its first page,
 * because the console has its own router. Without a built console (running from sources) a short page says so. Its
 * pages may show pictures of `imageOrigins` too.
 */
export async function registerConsole(
  app: FastifyInstance,
  folder: string,
  imageOrigins: readonly string[] = [],
): Promise<void> {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    config: { open: 'Leads to the console.' },
    handler: async (_request, reply) => reply.redirect('/console/'),
  });
  const isBuilt = await access(folder).then(
    () => true,
    () => false,
  );
  if (!isBuilt) {
    serve(app, async (_request, reply) =>
      reply.code(503).send(coreForm(503, 'unavailable', 'The console is not built; run `npm run build`')),
    );
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false, index: false });
  const policy = contentSecurityPolicy(imageOrigins);
  const send = async (request: FastifyRequest, reply: FastifyReply) => {
    const file = (request.params as { '*'?: string })['*'] ?? '';
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    // Vite names the files in assets/ by their content.
    if (file.startsWith('assets/')) return reply.sendFile(file, folder, { maxAge: '365d', immutable: true });
    const isFile = /^[\w-]+\.[a-z0-9]+$/.test(file);
    return reply
      .header('cache-control', 'no-cache')
      .sendFile(isFile ? file : 'index.html', folder, { cacheControl: false });
  };
  serve(app, send);
}

/** Both, since the router takes `/console/` for `/console`. */
function serve(
  app: FastifyInstance,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  for (const url of ['/console', '/console/*'])
    app.route({ method: ['GET', 'HEAD'], url, config: { open }, handler });
}
