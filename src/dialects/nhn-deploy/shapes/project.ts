import Type from 'typebox';
import { objectName } from './text.ts';

/** The role of a member. */
export const memberRole = Type.Union([Type.Literal('ADMIN'), Type.Literal('VIEWER')]);

/** Members by the name of their principal. */
export const members = Type.Record(Type.String({ minLength: 1, maxLength: 200 }), memberRole);

/** What a project is made of. */
export const projectFields = {
  name: objectName,
  appKey: Type.Optional(
    Type.String({ description: '1 to 64 letters, digits, _ and -. Generated when absent.' }),
  ),
  members: Type.Optional(members),
};

/** A project as the native API answers it. */
export const projectShape = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  appKey: Type.String(),
  enabled: Type.Boolean(),
  createdAt: Type.Integer({ description: 'Epoch milliseconds.' }),
  members,
});
