import Type from 'typebox';
import { Value } from 'typebox/value';
import { CoreError } from '../../errors/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { ServerStepHandler } from '../engine.ts';
import { type RouteDirectory, type RouteSetInput, routeSetKind, targetsInWords } from '../routes/index.ts';
import type { RouterProgress } from './progress.ts';

const routeSetInput = Type.Object({
  host: Type.String({ minLength: 1, maxLength: 253 }),
  targets: Type.Array(
    Type.Object({
      pool: Type.String({ minLength: 1, maxLength: 200 }),
      weight: Type.Integer({ minimum: 0, maximum: 100 }),
    }),
    { maxItems: 20 },
  ),
  drainSeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
});

/** Changes the weights of a route; ends when every live router has applied them, and older requests have ended. */
export function routeSetHandler(
  storage: Storage,
  routes: RouteDirectory,
  progress: RouterProgress,
): ServerStepHandler {
  return {
    kind: routeSetKind,
    idempotent: true,
    async run(step, { signal, log }) {
      const { host, targets, drainSeconds } = read(step.input);
      const version = await storage.write((unit) => routes.setTargets(unit, host, targets));
      log(`${host} sends ${targetsInWords(targets)} from version ${version} of the routing table on.\n`);
      await progress.applied(version, signal);
      const live = (await routes.routers()).filter((router) => router.live).length;
      log(live === 0 ? 'No router is connected.\n' : `Every live router (${live}) has applied it.\n`);
      if (drainSeconds === 0) return { version };
      const isDrained = await progress.drained(host, version, drainSeconds, signal);
      log(
        isDrained
          ? 'All requests that began before have ended.\n'
          : `Some requests that began before still went on after ${drainSeconds} s.\n`,
      );
      return { version };
    },
  };
}

function read(input: unknown): RouteSetInput {
  if (Value.Check(routeSetInput, input)) return input;
  const [first] = Value.Errors(routeSetInput, input);
  const path = first?.instancePath.replace(/^\//, '') || 'input';
  throw new CoreError(
    'invalid',
    `The input of a ${routeSetKind} step is wrong at ${path}: ${first?.message}.`,
    {
      path,
    },
  );
}
