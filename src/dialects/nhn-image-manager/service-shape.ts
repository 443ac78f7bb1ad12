import Type from 'typebox';

/** Members by the name of their principal. */
export const members = Type.Record(Type.String({ minLength: 1, maxLength: 200 }), Type.Literal('ADMIN'), {
  description: 'Who may use the service with tokens (v3.0).',
});

/** A name of a service: one line, not blank. */
export const serviceName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^(?!\\s*$)[^\\u0000-\\u001f\\u007f]+$',
  description: 'One line of 1 to 100 characters.',
});

/** What a service is made of, in declarations and in the native API. */
export const serviceFields = {
  name: serviceName,
  appKey: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,64}$',
      description: '1 to 64 letters, digits, _ and -. Generated when absent.',
    }),
  ),
  secretKey: Type.Optional(
    Type.String({
      pattern: '^[!-~]{8,200}$',
      description: '8 to 200 visible ASCII characters; 32 random ones are generated when absent.',
    }),
  ),
  container: Type.Optional(
    Type.String({
      pattern: '^[a-z]{6,20}$',
      description: 'The first segment of the public URLs: 6 to 20 letters a-z. Handed out when absent.',
    }),
  ),
  realtimeService: Type.Optional(
    Type.Boolean({ description: 'Whether URLs may run operations; default true.' }),
  ),
  members: Type.Optional(members),
};

/** A service as the native API answers it. */
export const serviceShape = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  appKey: Type.String(),
  container: Type.String(),
  url: Type.String({ description: 'The public URL of its root; paths are put behind it.' }),
  realtimeService: Type.Boolean(),
  enabled: Type.Boolean(),
  createdAt: Type.Integer({ description: 'Epoch milliseconds.' }),
  members,
});

/** A service with the secret key that it was just given. */
export const keyedServiceShape = Type.Object({
  ...serviceShape.properties,
  secretKey: Type.String({ description: 'Shown this once; only its hash is stored.' }),
});
