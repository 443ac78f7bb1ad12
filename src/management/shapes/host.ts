import Type from 'typebox';

/** A host's name: at most 200 characters, no control characters, slashes and commas. */
export const hostName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f/,]+$',
});

/** Free labels of a host. */
export const labels = Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 200 }));
