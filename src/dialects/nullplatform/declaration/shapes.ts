import Type from 'typebox';
import { largestId } from '../ids.ts';

/** An id as a declaration gives it. */
export const declaredId = Type.Integer({ minimum: 1, maximum: largestId });
/** The name of an organization, an account and so on down to a scope. */
export const entityName = Type.String({ minLength: 1, maxLength: 200 });
/** Dimensions are words: `{ environment: production }`. */
export const dimensionsShape = Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 200 }));
/** Any JSON object. */
export const freeObject = Type.Record(Type.String(), Type.Unknown());
