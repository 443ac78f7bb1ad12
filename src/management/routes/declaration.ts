import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { DeclarationRequest } from '../declaration/apply.ts';
import type { DeclaredChange } from '../declaration/section.ts';
import { nativeRoute } from '../native-route.ts';

const change = Type.Object({
  action: Type.Union([Type.Literal('create'), Type.Literal('update'), Type.Literal('remove')]),
  path: Type.String(),
  fields: Type.Optional(
    Type.Record(Type.String(), Type.Object({ from: Type.Unknown(), to: Type.Unknown() })),
  ),
});

/** Applies a declaration, or shows what it would change. */
export function declarationRoutes(
  app: FastifyInstance,
  apply: (request: DeclarationRequest) => Promise<readonly DeclaredChange[]>,
): void {
  nativeRoute(app, {
    method: 'POST',
    url: '/declaration',
    tag: 'declaration',
    summary:
      'Apply a declaration, or with `dryRun` show what it would change; mistakes are answered all at once',
    access: { permission: 'declaration.apply' },
    bodyLimit: 16 * 1024 * 1024,
    body: Type.Object(
      {
        document: Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown())], {
          description: 'The declaration as YAML or JSON text, or as an object',
        }),
        dryRun: Type.Optional(Type.Boolean()),
        prune: Type.Optional(
          Type.Boolean({ description: 'Remove what a declaration once made and this one does not name' }),
        ),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({ applied: Type.Boolean(), changes: Type.Array(change) }),
    async handle({ body: { document, dryRun = false, prune = false }, principal }) {
      const changes = await apply({ document, dryRun, prune, by: principal.name });
      return { applied: !dryRun, changes };
    },
  });
}
