import Type from 'typebox';

const nullable = (schema: Type.TSchema) => Type.Union([schema, Type.Null()]);

/** An instance in answers of the native API. */
export const instanceShape = {
  id: Type.String(),
  pool: Type.String(),
  host: Type.String(),
  state: Type.Union(
    (
      ['planned', 'starting', 'running', 'backing-off', 'crash-loop', 'stopping', 'stopped', 'lost'] as const
    ).map((state) => Type.Literal(state)),
  ),
  healthy: Type.Boolean({ description: 'Passes its health check; only then it gets requests' }),
  wanted: Type.Boolean({ description: 'False once it is to be stopped' }),
  port: nullable(Type.Integer()),
  pid: nullable(Type.Integer()),
  startedAt: nullable(Type.Integer({ description: 'Epoch milliseconds' })),
  restarts: Type.Integer(),
  trouble: nullable(
    Type.Object({
      kind: Type.String(),
      text: Type.String(),
      path: Type.Optional(Type.String()),
      port: Type.Optional(Type.Integer()),
      status: Type.Optional(Type.Integer()),
      exitCode: Type.Optional(Type.Integer()),
    }),
  ),
  changedAt: Type.Integer({ description: 'Epoch milliseconds' }),
};
