import Type from 'typebox';

const printable = '[^\\u0000-\\u001f\\u007f]';

/** A name of an object: one line, not blank. */
export const objectName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: `^(?!\\s*$)${printable}+$`,
  description: 'One line of 1 to 100 characters.',
});

/** A description; null for none. */
export const description = Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]);

/** An id that a declaration chooses. */
export const chosenId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** `KR1`, `JP1`, … */
export const region = Type.String({ pattern: '^[A-Z]{2}[0-9]{1,2}$' });
