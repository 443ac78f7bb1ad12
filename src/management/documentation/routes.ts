import type { FastifyInstance, FastifyReply } from 'fastify';
import { openApiDocument } from './open-api.ts';
import { documentationPage, startViewer } from './page.ts';
import { viewerFile } from './viewer-file.ts';

/** The viewer writes its styles itself; scripts, pictures and requests come from this server only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const viewerFiles = [
  { url: '/docs/viewer.js', file: 'swagger-ui-bundle.js', type: 'text/javascript; charset=utf-8' },
  { url: '/docs/viewer.css', file: 'swagger-ui.css', type: 'text/css; charset=utf-8' },
] as const;

const open = { open: 'the documentation of the API says nothing about this installation' };

/** `/docs`: the OpenAPI document and a page to read it with, both made or read at their first request. */
export function documentationRoutes(app: FastifyInstance): void {
  let document: Promise<object> | undefined;

  app.get('/docs/openapi.json', { config: open }, async (_request, reply) => {
    document ??= openApiDocument(app.routeTable);
    return reply
      .header('cache-control', 'no-cache')
      .type('application/json; charset=utf-8')
      .send(await document);
  });

  for (const { url, file, type } of viewerFiles) {
    app.get(url, { config: open }, async (_request, reply) => {
      const { stream, size } = await viewerFile(file);
      safely(reply).header('cache-control', 'public, max-age=86400').header('content-length', size);
      return reply.type(type).send(stream);
    });
  }

  app.get('/docs/start.js', { config: open }, async (_request, reply) =>
    safely(reply).type('text/javascript; charset=utf-8').send(startViewer),
  );

  app.route({
    method: ['GET', 'HEAD'],
    url: '/docs',
    config: open,
    handler: async (_request, reply) =>
      safely(reply).type('text/html; charset=utf-8').send(documentationPage),
  });
}

function safely(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
}
