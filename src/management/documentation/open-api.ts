import type { FastifySchema } from 'fastify';
import { version } from '../../../package.json';
import type { RouteEntry } from '../../http/index.ts';

/**
 * The OpenAPI 3.1 document of the routes that carry a schema. It is made on a server of its own that never listens,
 * at the first request for it: neither the library nor the walk over all schemas costs a start anything.
 */
export async function openApiDocument(routes: readonly RouteEntry[]): Promise<object> {
  const [{ default: fastify }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
  ]);
  const app = fastify({ exposeHeadRoutes: false, routerOptions: { maxParamLength: 4096 } });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Slipway',
        version,
        description: 'The native API, and the dialects that this server speaks.',
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: { key: { type: 'http', scheme: 'basic' } } },
    },
  });
  for (const route of routes) {
    const { method, url } = route;
    if (!route.schema || method === 'HEAD') continue;
    const schema = { ...route.schema, ...accessOf(route) } as FastifySchema;
    app.route({ method, url, schema, handler: async () => undefined });
  }
  await app.ready();
  try {
    return app.swagger();
  } finally {
    await app.close();
  }
}

/** Dialects prove who asks in their own ways, which their pages describe; the native API takes a key. */
function accessOf({ url, permission, open, schema }: RouteEntry): object {
  const own = (schema as { description?: string } | undefined)?.description;
  const access = permission === undefined ? `Open: ${open}.` : `Needs the permission \`${permission}\`.`;
  const description = [own, access].filter(Boolean).join(' ');
  const isNative = url.startsWith('/api/slipway/');
  return { description, ...(isNative && permission !== undefined ? { security: [{ key: [] }] } : {}) };
}
