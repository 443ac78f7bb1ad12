import Type from 'typebox';

/** The e-mail of a person or the id of a machine account. */
export const principalName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f/]+$',
});

/** Set once, stored hashed. */
export const password = Type.String({ minLength: 8, maxLength: 1000 });

/** Who a principal is. */
export const principalKind = Type.Union([Type.Literal('person'), Type.Literal('machine')]);

/** `/`, or a path like `/nhn-deploy/projects/1`. */
export const resourcePath = Type.String({ maxLength: 1000, pattern: '^(/|(/[^/\\u0000-\\u001f]+)+)$' });
