import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Engine, OutputStream, RolloutView } from '../../engine/index.ts';
import { CoreError } from '../../errors/index.ts';
import { callSignal, type Parts, type StreamEvent, sendEvents, userBytesHeaders } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { findReadable } from '../readable-rollout.ts';

const streamOfStep = Type.Object({
  id: Type.String({ maxLength: 100 }),
  hostRunId: Type.Integer({ minimum: 0 }),
  step: Type.Integer({ minimum: 0 }),
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
});

const readers = { permission: 'rollouts.read', checkedBy: 'handler' } as const;

/** What changes while a rollout runs: its states, and the output of its steps. */
export function rolloutStreamRoutes(app: FastifyInstance, parts: Parts): void {
  const { engine } = parts;

  nativeRoute(app, {
    method: 'GET',
    url: '/rollouts/:id/events',
    tag: 'rollouts',
    summary:
      'Follow a rollout: an event `rollout` with the whole view now and after every change, then `end`',
    access: readers,
    background: true,
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    streams: 'text/event-stream',
    async handle({ params, principal, request, reply }) {
      await findReadable(parts, principal, params.id);
      return sendEvents(reply, rolloutEvents(engine, params.id, callSignal(request, reply)));
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/rollouts/:id/output/:hostRunId/:step/:stream',
    tag: 'rollouts',
    summary: 'The kept tail of what a step wrote; `x-slipway-offset` says how many bytes were cut before it',
    access: readers,
    params: streamOfStep,
    streams: 'text/plain',
    async handle({ params, principal, reply }) {
      requireHostRun(await findReadable(parts, principal, params.id), params);
      const tail = await engine.output(params.hostRunId, params.step, params.stream);
      reply.headers({
        ...userBytesHeaders,
        'cache-control': 'no-store',
        'x-slipway-offset': tail?.offset ?? 0,
      });
      reply.type('text/plain; charset=utf-8').header('content-length', tail?.size ?? 0);
      return reply.send(tail ? tail.open() : Readable.from([]));
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/rollouts/:id/output/:hostRunId/:step/:stream/follow',
    tag: 'rollouts',
    summary: 'Follow what a step writes: events `output` with `offset` and base64 `data`, then `end`',
    access: readers,
    background: true,
    params: streamOfStep,
    query: Type.Object(
      {
        offset: Type.Integer({
          minimum: 0,
          default: 0,
          description: 'Begin at this byte of the whole stream',
        }),
      },
      { additionalProperties: false },
    ),
    streams: 'text/event-stream',
    async handle({ params, query, principal, request, reply }) {
      requireHostRun(await findReadable(parts, principal, params.id), params);
      const resumed = Number(request.headers['last-event-id']);
      const offset = Number.isSafeInteger(resumed) && resumed > query.offset ? resumed : query.offset;
      return sendEvents(reply, outputEvents(engine, { ...params, offset }, callSignal(request, reply)));
    },
  });
}

async function* rolloutEvents(engine: Engine, id: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  for await (const view of engine.watch(id, signal)) yield { event: 'rollout', data: view };
  // A server that stops cuts the stream off: `end` would tell the reader that there is nothing more to come.
  if (!signal.aborted) yield { event: 'end', data: {} };
}

/** The id of an event is the offset behind its bytes, so that a browser that reconnects goes on where it was. */
async function* outputEvents(
  engine: Engine,
  from: { hostRunId: number; step: number; stream: OutputStream; offset: number },
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  for await (const { offset, bytes } of engine.followOutput(
    from.hostRunId,
    from.step,
    from.stream,
    from.offset,
    signal,
  )) {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    yield { event: 'output', id: String(offset + bytes.byteLength), data: { offset, data } };
  }
  if (!signal.aborted) yield { event: 'end', data: {} };
}

function requireHostRun(
  rollout: RolloutView,
  { hostRunId, step }: { hostRunId: number; step: number },
): void {
  const run = rollout.stages.flatMap(({ hostRuns }) => hostRuns).find(({ id }) => id === hostRunId);
  if (!run?.steps.some(({ index }) => index === step)) {
    throw new CoreError('not-found', `Rollout ${rollout.id} has no step ${step} in a host run ${hostRunId}`);
  }
}
