import Type from 'typebox';

/** What the schema says, or null. */
export const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** A point in time. */
export const time = Type.Integer({ description: 'Epoch milliseconds' });
