import type { FastifySchema } from 'fastify';
import { version } from '../../../package.json';
import type { RouteEntry } from '../../http/index.ts';

/**
 * The OpenAPI 3.1 document of the routes that carry a schema. It is made on a server of its own that never listens,
 * at the first request for it: neither the library nor the walk over all schemas costs a start anything.
 */
export async function openApiDocument(routes: readonly RouteEntry[], publicUrl: string): Promise<object> {
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
      servers: [{ url: publicUrl }],
      components: { securitySchemes: { key: { type: 'http', scheme: 'basic' } } },
    },
  });
  for (const { method, url, ...route } of routes) {
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

function accessOf({ permission, open }: Pick<RouteEntry, 'permission' | 'open'>): object {
  if (permission === undefined) return { description: `Open: ${open}.` };
  return { description: `Needs the permission \`${permission}\`.`, security: [{ key: [] }] };
}
