import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CoreError } from '../errors/index.ts';

const labels = Type.Record(Type.String(), Type.String());

const object = Type.Object({
  apiVersion: Type.String({ minLength: 1 }),
  kind: Type.String({ minLength: 1 }),
  metadata: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 253 }),
    namespace: Type.Optional(Type.String()),
    labels,
  }),
});

/** Input of a `kubernetes-apply` step: whole objects, applied in their order. */
export const applyInput = Type.Object({
  objects: Type.Array(object, { minItems: 1 }),
  /** Which placeholders in texts of the objects stand for which secrets of the vault. */
  secrets: Type.Array(Type.Object({ placeholder: Type.String({ minLength: 8 }), secretId: Type.Integer() })),
});

/** Input of a `kubernetes-wait` step for a Deployment: ends when all instances are well. */
export const workloadWaitInput = Type.Object({
  deployment: Type.String({ minLength: 1 }),
  /** Labels of its pods. */
  pods: labels,
  /** That many instances are wanted at least. */
  wanted: Type.Integer({ minimum: 1 }),
  maxWaitSeconds: Type.Integer({ minimum: 1 }),
  /** Whom the counts are told of; opaque here. */
  subject: Type.String(),
});

/** Input of a `kubernetes-wait` step for an HTTPRoute: ends when its gateways have taken it. */
export const routeWaitInput = Type.Object({
  route: Type.String({ minLength: 1 }),
  maxWaitSeconds: Type.Integer({ minimum: 1 }),
  /** Requests in flight have so long to end after that. */
  drainSeconds: Type.Integer({ minimum: 0 }),
});

/**
 * Input of a `kubernetes-wait` step for an HTTPRoute that was deleted: ends when it is gone and requests in flight had
 * their time, where instances that the selector matches were ready to have any.
 */
export const routeGoneInput = Type.Object({
  goneRoute: Type.String({ minLength: 1 }),
  /** Of the Deployments behind it, a label selector. */
  selector: Type.String({ minLength: 3 }),
  /** What something else keeps alive for longer is not waited for. */
  maxWaitSeconds: Type.Integer({ minimum: 1 }),
  drainSeconds: Type.Integer({ minimum: 0 }),
});

/** Input of a `kubernetes-delete` step. Only objects that Slipway owns are deleted, whatever the labels say. */
export const deleteInput = Type.Object({
  kinds: Type.Array(Type.Object({ apiVersion: Type.String(), kind: Type.String() }), { minItems: 1 }),
  /** A label selector, like `slipway.dev/scope=5`. */
  selector: Type.String({ minLength: 3 }),
});

export type WorkloadWaitInput = Static<typeof workloadWaitInput>;
export type RouteWaitInput = Static<typeof routeWaitInput>;
export type RouteGoneInput = Static<typeof routeGoneInput>;
export type DeleteInput = Static<typeof deleteInput>;

/** The input as the step wants it. Throws `invalid` with the place of the mistake. */
export function readInput<Schema extends TSchema>(
  schema: Schema,
  input: unknown,
  kind: string,
): Static<Schema> {
  if (Value.Check(schema, input)) return input as Static<Schema>;
  const [first] = Value.Errors(schema, input);
  const path = first?.instancePath.replace(/^\//, '') || 'input';
  throw new CoreError('invalid', `The input of a ${kind} step is wrong at ${path}: ${first?.message}.`, {
    path,
  });
}
