import Type, { type TSchema } from 'typebox';
import Compile from 'typebox/compile';
import { Value } from 'typebox/value';
import type { RouterMeasures, RouterPollRequest, RouterReach } from '../../engine/router-protocol.ts';
import { CoreError } from '../../errors/index.ts';

const id = Type.String({ pattern: '^[0-9a-f-]{36}$' });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** The length of the intervals, in milliseconds. */
const interval = 10_000;

const poll = Type.Object({
  router: id,
  address: Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\u0000-\\u001f]*$' }),
  applied: count,
  drained: count,
  draining: Type.Optional(
    Type.Array(
      Type.Object({ host: Type.String({ maxLength: 253, pattern: '^[^\\u0000-\\u001f]*$' }), since: count }),
      {
        maxItems: 100,
      },
    ),
  ),
  waitSeconds: Type.Number({ minimum: 0, maximum: 60 }),
});

const report = Type.Object({
  router: id,
  run: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f]*$' }),
  sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  sentAt: Type.Optional(count),
  // Checked one by one: looking for a mistake in ten thousand at once would take seconds.
  measures: Type.Array(Type.Any(), { maxItems: 10_000 }),
});

const place = Type.String({ minLength: 1, maxLength: 253, pattern: '^[^\\u0000-\\u001f]*$' });
const reach = Type.Object({
  router: id,
  complete: Type.Boolean(),
  backends: Type.Array(
    Type.Object({
      instance: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f]*$' }),
      address: place,
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      outcome: Type.Enum(['reached', 'refused', 'timed-out', 'unknown-name', 'no-way']),
    }),
    { maxItems: 500 },
  ),
});

const measure = Type.Object({
  host: Type.String({ maxLength: 253, pattern: '^[^\\u0000-\\u001f]*$' }),
  pool: Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f]*$' }),
  at: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, multipleOf: interval }),
  requests: count,
  errors: count,
  milliseconds: Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});

const checkPoll = checkedBy(poll);
const checkReport = checkedBy(report);
const checkReach = checkedBy(reach);
const checkMeasure = checkedBy(measure);

/** A router's poll; throws `invalid` with the path of the mistake. */
export function readRouterPoll(body: unknown): RouterPollRequest {
  checkPoll(body);
  const { router, address, applied, drained, draining, waitSeconds } = body as RouterPollRequest;
  return { router, address, applied, drained, waitSeconds, ...(draining ? { draining } : {}) };
}

/** A router's measures; throws `invalid` with the path of the mistake. */
export function readMeasures(body: unknown): RouterMeasures {
  checkReport(body);
  const measures = body as RouterMeasures;
  for (const [place, given] of measures.measures.entries()) checkMeasure(given, `measures/${place}`);
  return measures;
}

/** What a router says of the way to instances; throws `invalid` with the path of the mistake. */
export function readRouterReach(body: unknown): RouterReach {
  checkReach(body);
  const { router, complete, backends } = body as RouterReach;
  const said = backends.map(({ instance, address, port, outcome }) => ({ instance, address, port, outcome }));
  return { router, complete, backends: said };
}

/** Compiled at its first use; `at` is where the value stands in the body. */
function checkedBy(schema: TSchema): (value: unknown, at?: string) => void {
  let compiled: { Check(value: unknown): boolean } | undefined;
  return (value, at = '') => {
    compiled ??= Compile(schema);
    if (compiled.Check(value)) return;
    const [first] = Value.Errors(schema, value);
    const path = `${at}${first?.instancePath ?? ''}`.replace(/^\//, '') || 'body';
    throw new CoreError('invalid', `The call of the router is wrong at ${path}: ${first?.message}.`, {
      path,
    });
  };
}
