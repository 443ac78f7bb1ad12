import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentGateway } from '../../engine/index.ts';
import type { InstanceReport } from '../../engine/protocol.ts';
import { CoreError } from '../../errors/index.ts';
import { ManualClock } from '../../storage/index.ts';
import { buildServer } from '../index.ts';
import { createAgentRoutes } from './index.ts';

const bytes = randomBytes(1000);
const sha256 = 'b'.repeat(64);
const headers = { authorization: 'Bearer secret', 'x-slipway-protocol': '1' };
const clock = new ManualClock();
let app: FastifyInstance;
let gateway: AgentGateway;
let publicUrl: string;
let heard: [string, number][];

beforeEach(async () => {
  publicUrl = 'https://deploy.example.com';
  heard = [];
  gateway = {
    join: async ({ name, token }) => {
      if (token !== 'good') throw new CoreError('unauthenticated', 'The join token is not known');
      return { name, credential: 'secret', serverVersion: '1' };
    },
    authenticate: async (credential) => {
      if (credential !== 'secret') throw new CoreError('unauthenticated', 'The credential is not known');
      return 's1';
    },
    poll: async () => ({ leases: [], cancel: [] }),
    hear: async (host, { held }) => void heard.push([host, held.length]),
    report: async (_, { events }) => ({ acknowledged: events, cancel: [] }),
    instances: async (_: string, report: InstanceReport) => {
      if (report.instances.length === 0) throw new CoreError('internal', 'a report without instances');
      return { stop: report.instances.map(({ instance }) => instance) };
    },
    blob: async (_, wanted) => {
      if (wanted !== sha256) throw new CoreError('not-found', 'No live lease names this file');
      return {
        size: bytes.length,
        open: async (range) => Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]),
      };
    },
  };
  app = buildServer({ log: pino({ enabled: false }), owners: [] });
  await app.register(createAgentRoutes({ engine: { agents: gateway }, clock, publicUrl: () => publicUrl }));
});
afterEach(() => app.close());

const post = (url: string, payload: object, more = {}) =>
  app.inject({ method: 'POST', url, payload, headers: { ...headers, ...more } });
const pollBody = { agentVersion: 'x', held: [], free: 1, waitSeconds: 0 };
const joinBody = { token: 'good', name: 's1', labels: {}, platform: 'linux-x64', agentVersion: 'x' };

test('a join answers the credential; a wrong token is 401', async () => {
  expect((await post('/agent/v1/join', joinBody)).json()).toMatchObject({ name: 's1', credential: 'secret' });
  const weak = await post('/agent/v1/join', { ...joinBody, credential: 'short' });
  expect([weak.statusCode, weak.json().path]).toEqual([400, 'credential']);
  const refused = await post('/agent/v1/join', { ...joinBody, token: 'bad' });
  expect(refused.statusCode).toBe(401);
  expect(refused.json()).toEqual({
    statusCode: 401,
    error: 'Unauthorized',
    code: 'unauthenticated',
    message: 'The join token is not known',
  });
});

test('an address that was refused twenty times in a minute has to wait, a good token too', async () => {
  for (let turn = 0; turn < 20; turn += 1) await post('/agent/v1/join', { ...joinBody, token: 'bad' });
  expect((await post('/agent/v1/join', joinBody)).statusCode).toBe(429);
  clock.advance(60_000);
  expect((await post('/agent/v1/join', joinBody)).statusCode).toBe(200);
});

test.each(['/agent/v1/poll', '/agent/v1/report', '/agent/v1/join'])(
  '%s without the protocol version is 426',
  async (url) => {
    const answer = await post(url, pollBody, { 'x-slipway-protocol': '0' });
    expect(answer.statusCode).toBe(426);
    expect(answer.json()).toMatchObject({ code: 'upgrade-required' });
  },
);

test.each([
  ['POST', '/agent/v1/poll'],
  ['POST', '/agent/v1/report'],
  ['GET', `/agent/v1/blobs/${sha256}`],
] as const)('%s %s needs the credential of a host', async (method, url) => {
  for (const authorization of [undefined, 'Bearer wrong', 'Basic c2VjcmV0', 'Bearer ']) {
    const answer = await app.inject({
      method,
      url,
      headers: { 'x-slipway-protocol': '1', ...(authorization ? { authorization } : {}) },
      ...(method === 'POST' ? { payload: pollBody } : {}),
    });
    expect(answer.statusCode).toBe(401);
  }
});

test('the body of a stranger is not read', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/agent/v1/report',
    headers: { ...headers, authorization: 'Bearer wrong', 'content-type': 'application/json' },
    payload: '{broken',
  });
  expect(answer.statusCode).toBe(401);
});

test.each([
  ['/agent/v1/join', { ...joinBody, name: 'a/b' }, 'name'],
  ['/agent/v1/join', { ...joinBody, token: 7 }, 'token'],
  ['/agent/v1/join', { ...joinBody, labels: { a: 'nul\0' } }, 'labels/a'],
  ['/agent/v1/poll', { ...pollBody, free: -1 }, 'free'],
  ['/agent/v1/poll', { ...pollBody, waitSeconds: 301 }, 'waitSeconds'],
  ['/agent/v1/poll', { ...pollBody, held: [{ hostRunId: 1 }] }, 'held/0/fencingToken'],
  ['/agent/v1/report', { events: {} }, 'events'],
  [
    '/agent/v1/report',
    { events: [{ hostRunId: 1, fencingToken: 1, sequence: 0, kind: 'lease-ended', at: 1 }] },
    'events/0/sequence',
  ],
  [
    '/agent/v1/report',
    { events: [{ hostRunId: 1, fencingToken: 1, sequence: 1, kind: 'dance' }] },
    'events/0/kind',
  ],
])('%s with a mistake in %j is 400 and names the place', async (url, body, path) => {
  const answer = await post(url, body);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'invalid', path });
});

test('a poll whose caller hangs up is ended', async () => {
  let hangUp = () => {};
  const ended = new Promise<void>((resolve) => {
    gateway.poll = (_host, _request, signal) =>
      new Promise((answer) => {
        signal.addEventListener('abort', () => {
          resolve();
          answer({ leases: [], cancel: [] });
        });
        hangUp();
      });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const payload = JSON.stringify({ ...pollBody, waitSeconds: 300 });
  const call = httpRequest({
    port,
    method: 'POST',
    path: '/agent/v1/poll',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': payload.length },
  });
  call.on('error', () => {});
  hangUp = () => call.destroy();
  call.end(payload);
  await ended;
});

test('a file is answered whole and in ranges, under its hash as ETag', async () => {
  const get = (more: Record<string, string> = {}, name = sha256) =>
    app.inject({ url: `/agent/v1/blobs/${name}`, headers: { ...headers, ...more } });
  const whole = await get();
  expect(whole.rawPayload.equals(bytes)).toBe(true);
  expect(whole.headers.etag).toBe(`"${sha256}"`);
  const rest = await get({ range: 'bytes=990-' });
  expect(rest.statusCode).toBe(206);
  expect(rest.headers['content-range']).toBe('bytes 990-999/1000');
  expect(rest.rawPayload.equals(bytes.subarray(990))).toBe(true);
  expect((await get({}, 'c'.repeat(64))).statusCode).toBe(404);
  expect((await get({}, '..%2f..%2fetc')).statusCode).toBe(404);
});

test('the program is handed out with its version, and again only when it changed', async () => {
  const program = await app.inject({ url: '/agent/slipway-agent.mjs' });
  expect(program.headers['content-type']).toContain('text/javascript');
  expect(program.body.startsWith('#!/usr/bin/env node')).toBe(true);
  const again = await app.inject({
    url: '/agent/slipway-agent.mjs',
    headers: { 'if-none-match': String(program.headers.etag) },
  });
  expect(again.statusCode).toBe(304);
  const { version } = (await app.inject({ url: '/agent/version' })).json();
  const answer = (await post('/agent/v1/poll', pollBody)).json();
  expect(answer.updateTo).toBe(version);
  const current = (await post('/agent/v1/poll', { ...pollBody, agentVersion: version })).json();
  expect(current).not.toHaveProperty('updateTo');
});

test('the program imports only what Node has built in', async () => {
  const { body } = await app.inject({ url: '/agent/slipway-agent.mjs' });
  const imported = [...body.matchAll(/(?:from|import)\s?["']([^"']+)["']/g)].map(([, name]) => name ?? '');
  expect(imported.length).toBeGreaterThan(5);
  expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([]);
});

test('an address that would break out of the install script is refused', async () => {
  expect((await app.inject({ url: '/agent/install.sh' })).body).toContain(
    "server='https://deploy.example.com'",
  );
  publicUrl = "https://x';rm -rf /;'";
  expect((await app.inject({ url: '/agent/install.sh' })).statusCode).toBe(400);
});

test('a poll while the server drains is refused, and heard: whose it is stays up, and its leases alive', async () => {
  const held = [{ hostRunId: 7, fencingToken: 1 }];
  expect((await post('/agent/v1/poll', { ...pollBody, held })).statusCode).toBe(200);
  await app.heldCalls.drain(0);
  const refused = await post('/agent/v1/poll', { ...pollBody, held });
  expect([refused.statusCode, heard]).toEqual([503, [['s1', 1]]]);
  const stranger = await post('/agent/v1/poll', pollBody, { authorization: 'Bearer wrong' });
  expect([stranger.statusCode, heard.length]).toEqual([401, 1]);
});
