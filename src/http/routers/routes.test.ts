import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RouterGateway } from '../../engine/index.ts';
import type { RouterMeasures, RouterPollRequest, RouterReach } from '../../engine/router-protocol.ts';
import { CoreError } from '../../errors/index.ts';
import { buildServer } from '../index.ts';
import { createRouterRoutes } from './index.ts';

const headers = { authorization: 'Bearer secret', 'x-slipway-protocol': '1' };
const router = randomUUID();
const pollBody = {
  ...{ router, address: 'http://127.0.0.1:4680', applied: 3, drained: 2, waitSeconds: 30 },
  draining: [{ host: 'shop.localhost', since: 2 }],
};
const measure = { host: 'shop.localhost', pool: 'a', at: 20_000, requests: 3, errors: 0, milliseconds: 7.5 };
const measuresBody = { router, run: randomUUID(), sequence: 1, sentAt: 30_000, measures: [measure] };
const backend = { instance: randomUUID(), address: '10.0.0.7', port: 20_001, outcome: 'refused' };
const reachBody = { router, complete: true, backends: [backend] };
let app: FastifyInstance;
let asked: (RouterPollRequest | RouterMeasures | RouterReach)[];
let heard: string[];
let polled: Promise<void>;
let poll: () => void;

beforeEach(async () => {
  asked = [];
  heard = [];
  polled = new Promise((resolve) => {
    poll = resolve;
  });
  const gateway: RouterGateway = {
    authenticate: async (token) => {
      if (token !== 'secret')
        throw new CoreError('unauthenticated', 'The token of this router is not known.');
    },
    admit: async () => {},
    ended: async () => {},
    hearNoMore: () => void heard.push('no more calls'),
    poll: async (request, signal) => {
      asked.push(request);
      signal.addEventListener('abort', () => heard.push('a call was ended'));
      if (request.waitSeconds === 60) {
        poll();
        await once(signal, 'abort');
      }
      return { version: 4, complete: false, routes: [], removed: [] };
    },
    measures: async (report) => {
      asked.push(report);
    },
    reach: async (report) => {
      asked.push(report);
    },
  };
  app = buildServer({ log: pino({ level: 'silent' }), owners: [], trustProxy: false });
  await app.register(createRouterRoutes({ engine: { routers: gateway } }));
});
afterEach(() => app.close());

const post = (url: string, payload: unknown, given: Record<string, string> = headers) =>
  app.inject({ method: 'POST', url, headers: given, payload: payload as object });

test('a poll, measures and what is reached come to the gateway as they were sent', async () => {
  const answer = await post('/router/v1/poll', pollBody);
  expect([answer.statusCode, answer.json().version]).toEqual([200, 4]);
  const counted = await post('/router/v1/measures', measuresBody);
  expect([counted.statusCode, counted.body]).toEqual([204, '']);
  const tried = await post('/router/v1/reach', reachBody);
  expect([tried.statusCode, tried.body]).toEqual([204, '']);
  expect(asked).toEqual([pollBody, measuresBody, reachBody]);
});

test.each(['/router/v1/poll', '/router/v1/measures', '/router/v1/reach'])(
  '%s needs the token of a router and the version of the protocol',
  async (url) => {
    for (const authorization of [undefined, 'Bearer wrong', 'Basic c2VjcmV0']) {
      const given = { 'x-slipway-protocol': '1', ...(authorization ? { authorization } : {}) };
      // Answered before the body is read.
      expect((await post(url, { not: 'right' }, given)).statusCode).toBe(401);
    }
    expect((await post(url, pollBody, { ...headers, 'x-slipway-protocol': '2' })).statusCode).toBe(426);
  },
);

test.each([
  ['router', { ...pollBody, router: 'x' }],
  ['applied', { ...pollBody, applied: -1 }],
  ['draining', { ...pollBody, draining: Array.from({ length: 101 }, () => pollBody.draining[0]) }],
  ['draining/0', { ...pollBody, draining: [{ host: 'shop.localhost' }] }],
  ['waitSeconds', { ...pollBody, waitSeconds: 61 }],
  ['address', { ...pollBody, address: 'a\u0000' }],
])('a poll with a wrong %s is answered 400 with the path', async (path, body) => {
  const answer = await post('/router/v1/poll', body);
  expect([answer.statusCode, answer.json().path]).toEqual([400, path]);
});

test.each([
  ['measures/0/at', { ...measuresBody, measures: [{ ...measure, at: 20_001 }] }],
  ['measures/0/requests', { ...measuresBody, measures: [{ ...measure, requests: 0.5 }] }],
  ['sequence', { ...measuresBody, sequence: 0 }],
  ['sentAt', { ...measuresBody, sentAt: -1 }],
])('measures with a wrong %s are answered 400 with the path', async (path, body) => {
  const answer = await post('/router/v1/measures', body);
  expect([answer.statusCode, answer.json().path]).toEqual([400, path]);
  expect(asked).toEqual([]);
});

test.each([
  ['complete', { ...reachBody, complete: 1 }],
  ['backends', { ...reachBody, backends: Array.from({ length: 501 }, () => backend) }],
  ['backends/0/port', { ...reachBody, backends: [{ ...backend, port: 0 }] }],
  ['backends/0/outcome', { ...reachBody, backends: [{ ...backend, outcome: 'well' }] }],
])('what is said to be reached with a wrong %s is answered 400 with the path', async (path, body) => {
  const answer = await post('/router/v1/reach', body);
  expect([answer.statusCode, answer.json().path]).toEqual([400, path]);
  expect(asked).toEqual([]);
});

test('more than ten thousand measures are refused', async () => {
  const measures = Array.from({ length: 10_001 }, () => measure);
  const answer = await post('/router/v1/measures', { ...measuresBody, measures });
  expect([answer.statusCode, answer.json().path]).toEqual([400, 'measures']);
});

test('what is below /router/ and unknown is answered in the form of the core', async () => {
  expect((await post('/router/v2/poll', {})).json()).toMatchObject({ statusCode: 404, code: 'not-found' });
  const get = await app.inject({ method: 'GET', url: '/router/v1/poll' });
  expect([get.statusCode, get.headers.allow]).toEqual([405, 'POST']);
});

test('that the server drains is known before the calls are ended that routers hold', async () => {
  const call = app.inject({
    ...{ method: 'POST', url: '/router/v1/poll', headers, payload: { ...pollBody, waitSeconds: 60 } },
  });
  await Promise.all([polled, call.catch(() => {}), polled.then(() => app.heldCalls.drain(0))]);
  expect(heard).toEqual(['no more calls', 'a call was ended']);
});
