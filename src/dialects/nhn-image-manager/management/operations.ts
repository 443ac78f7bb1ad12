import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import type { Context } from '../context.ts';
import type { Operation } from '../operation.ts';
import { callOf } from '../routes.ts';
import { onService, serviceOfPath } from './services.ts';

const tag = 'nhn-image-manager operations';

/**
 * The operations of the original for who has a session or an access key of Slipway: the same paths below a service, the
 * same handlers and shapes, without an envelope. Refusals are in the native API's form, with the original's text.
 */
export async function operationRoutes(
  app: FastifyInstance,
  context: Context,
  operations: readonly Operation[],
): Promise<void> {
  const isUpload = ({ body }: Operation) => body === 'raw' || body === 'multipart';
  await app.register(async (uploads) => {
    // Their handlers stream the body themselves, whatever its type claims to be.
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const operation of operations.filter(isUpload)) register(uploads, context, operation);
  });
  for (const operation of operations) {
    if (!isUpload(operation)) register(app, context, operation);
  }
}

function register(app: FastifyInstance, context: Context, operation: Operation): void {
  const { handle, method, path, purpose, section } = operation;
  // What it would answer stands in the service itself.
  if (!handle || path === '/users') return;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  nativeRoute(app, {
    method,
    url: `/services/:service${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    tag,
    summary: `As the original: ${purpose} (contract nhn-image-manager ${section})`,
    access: onService(method === 'GET' ? 'nhn-image-manager.read' : 'nhn-image-manager.use'),
    params: Type.Object({
      service: Type.Integer({ minimum: 1 }),
      ...Object.fromEntries(names.map((name) => [name, Type.String()])),
    }),
    ...(operation.body === 'json' ? { body: Type.Record(Type.String(), Type.Unknown()) } : {}),
    answer: Type.Record(Type.String(), Type.Unknown()),
    async handle({ params, body, principal, request, reply }) {
      const service = await context.parts.storage.read((reader) => serviceOfPath(reader, params.service));
      const json = operation.body === 'json' ? (body as Readonly<Record<string, unknown>>) : {};
      return await handle(context, callOf(request, reply, { service, principal }, json));
    },
  });
}
