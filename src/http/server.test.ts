import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { CoreError } from '../errors/index.ts';
import { callSignal, type PathOwner } from './index.ts';
import { createLog } from './log.ts';
import { buildServer } from './server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const config = { open: 'a test' };

function ownerLike(name: string, prefix: string | RegExp, more: Partial<PathOwner> = {}): PathOwner {
  return {
    name,
    prefix,
    unknownPath: (_request, reply) => reply.code(404).send(`${name} unknown`),
    wrongMethod: (_request, reply, allowed) => reply.code(405).send(`${name} ${allowed.join()}`),
    frameworkError: (error, _request, reply) =>
      reply.code(error.statusCode ?? 500).send(`${name} ${error.code}`),
    ...more,
  };
}

function server(
  owners: readonly PathOwner[] = [],
  lines: string[] = [],
  silenceMilliseconds = 60_000,
): FastifyInstance {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = buildServer({ log: createLog('debug', sink), owners, silenceMilliseconds });
  cleanups.push(() => app.close());
  return app;
}

async function listening(app: FastifyInstance): Promise<{ port: number; url: string }> {
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, port: (app.server.address() as AddressInfo).port };
}

async function socketTo(port: number): Promise<Socket & { received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  cleanups.push(() => socket.destroy());
  await once(socket, 'connect');
  return Object.assign(socket, { received: () => text });
}

describe('the table of owners', () => {
  const owners = [ownerLike('shop', /^\/api\/v\d+\.\d+(\/|$)/), ownerLike('tokens', '/oauth2')];

  test.each([
    ['GET', '/api/v1.0/nothing', 404, 'shop unknown'],
    ['GET', '/api/v1.0', 404, 'shop unknown'],
    ['PUT', '/api/v1.0/things/7', 405, 'shop GET,POST'],
    ['PUT', '/api/v1.0/things/7/', 405, 'shop GET,POST'],
    ['GET', '/api/v1.0/%zz', 400, 'shop FST_ERR_BAD_URL'],
    ['GET', `/api/v1.0/things/${'x'.repeat(4097)}`, 414, 'shop FST_ERR_MAX_PARAM_LENGTH'],
    ['GET', '/oauth2', 404, 'tokens unknown'],
    ['GET', '/oauth2x', 404, /"code":"not-found"/],
    ['POST', '/healthy', 404, /"statusCode":404,"error":"Not Found","code":"not-found"/],
    ['DELETE', '/agent/known', 405, /"code":"method-not-allowed".*GET only/],
    ['GET', '/api/slipway/%zz', 400, /"code":"invalid".*percent escape/],
    ['GET', '/', 404, /not-found/],
  ])('%s %s answers %i', async (method, url, status, text) => {
    const app = server(owners);
    app.route({ method: ['GET', 'POST'], url: '/api/v1.0/things/:id', config, handler: async () => 'thing' });
    app.get('/agent/known', { config }, async () => 'known');
    const answer = await app.inject({ method: method as 'GET', url });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  });

  test('names the methods of a path in Allow', async () => {
    const app = server();
    app.get('/agent/known', { config }, async () => 'known');
    expect((await app.inject({ method: 'PUT', url: '/agent/known' })).headers.allow).toBe('GET');
  });

  test('lets the owner answer a body that cannot be read, and ours in our own form', async () => {
    const app = server(owners);
    app.post('/api/v1.0/things', { config }, async () => 'made');
    app.post('/agent/things', { config }, async () => 'made');
    const headers = { 'content-type': 'application/json' };
    const theirs = await app.inject({ method: 'POST', url: '/api/v1.0/things', headers, payload: '{' });
    expect(theirs.body).toBe('shop FST_ERR_CTP_INVALID_JSON_BODY');
    const ours = await app.inject({ method: 'POST', url: '/agent/things', headers, payload: '{' });
    expect(ours.json()).toMatchObject({ statusCode: 400, code: 'invalid' });
  });

  test.each([
    [[ownerLike('a', '/x'), ownerLike('b', '/x')]],
    [[ownerLike('a', '/x'), ownerLike('b', '/x/y')]],
    [[ownerLike('a', '/x/y'), ownerLike('b', '/x')]],
    [[ownerLike('a', '/docs')]],
    [[ownerLike('a', /^\/v\d/), ownerLike('b', '/v1')]],
  ])('refuses to start when two owners claim one place', (claims) => {
    expect(() => server(claims)).toThrow(/owned/);
  });

  test('minds a slash at the end only where its owner does', async () => {
    const app = server([ownerLike('images', '/i', { trailingSlashMatters: true })]);
    app.get('/i/picture', { config }, async () => 'picture');
    app.get('/agent/known', { config }, async () => 'known');
    expect((await app.inject('/i/picture')).body).toBe('picture');
    expect((await app.inject('/i/picture/')).body).toBe('images unknown');
    expect((await app.inject('/agent/known/')).body).toBe('known');
  });
});

describe('routes', () => {
  test('without a permission or a reason to be open are refused at start', () => {
    const app = server();
    expect(() => app.get('/agent/x', async () => 'x')).toThrow(/permission/);
    expect(() =>
      app.get('/agent/x', { config: { open: 'why', permission: 'hosts.read' } }, async () => 'x'),
    ).toThrow(/permission/);
    app.get('/agent/x', { config: { permission: 'hosts.read' } }, async () => 'x');
    expect(app.routeTable).toMatchObject([
      { method: 'GET', url: '/agent/x', permission: 'hosts.read', checkedBy: 'guard' },
    ]);
  });

  test('get an empty JSON body as absent', async () => {
    const app = server();
    app.post('/agent/x', { config }, async (request) => ({ body: request.body ?? 'absent' }));
    for (const payload of ['', '  ']) {
      const answer = await app.inject({
        method: 'POST',
        url: '/agent/x',
        headers: { 'content-type': 'application/json' },
        payload,
      });
      expect(answer.json()).toEqual({ body: 'absent' });
    }
  });

  test('answer HEAD only where they say so', async () => {
    const app = server();
    app.get('/agent/x', { config }, async () => 'x');
    expect((await app.inject({ method: 'HEAD', url: '/agent/x' })).statusCode).toBe(405);
  });
});

test('the log has the pattern of the route and neither the URL nor headers nor the text of internal errors in answers', async () => {
  const lines: string[] = [];
  const app = server([], lines);
  app.get('/agent/:key', { config }, async () => {
    throw new Error('the inner reason');
  });
  const answer = await app.inject({
    url: '/agent/sesame-key?token=sesame-token',
    headers: { authorization: 'Bearer sesame-bearer' },
  });
  await app.inject('/nowhere/sesame-path');
  expect(answer.json()).toMatchObject({ statusCode: 500, code: 'internal' });
  expect(answer.body).not.toContain('inner reason');
  const log = lines.join('');
  expect(log).toContain('"route":"/agent/:key"');
  expect(log).toContain('the inner reason');
  expect(log).not.toContain('sesame');
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{10}-/);
});

test('core errors are rendered with their status, code and path', async () => {
  const app = server();
  app.get('/agent/x', { config }, async () => {
    throw new CoreError('conflict', 'taken', { path: 'servers/0/name' });
  });
  expect((await app.inject('/agent/x')).json()).toEqual({
    statusCode: 409,
    error: 'Conflict',
    code: 'conflict',
    message: 'taken',
    path: 'servers/0/name',
  });
});

describe('a shutdown', () => {
  function held(app: FastifyInstance, background: boolean) {
    const begun: Promise<void>[] = [];
    let announce: () => void = () => {};
    begun.push(new Promise((resolve) => (announce = resolve)));
    app.get('/agent/held', { config: { ...config, background } }, async (request, reply) => {
      const signal = callSignal(request, reply);
      announce();
      if (!signal.aborted) await once(signal, 'abort');
      return 'ended';
    });
    return begun[0] as Promise<void>;
  }

  test('ends background calls at once, and refuses new ones', async () => {
    const app = server();
    const begun = held(app, true);
    const { url } = await listening(app);
    const answer = fetch(`${url}/agent/held`);
    await begun;
    await app.heldCalls.drain(60_000);
    expect(await (await answer).text()).toBe('ended');
    expect((await fetch(`${url}/agent/held`)).status).toBe(503);
  });

  test('waits for the others, but no longer than it is told', async () => {
    const app = server();
    const begun = held(app, false);
    const { url } = await listening(app);
    const answer = fetch(`${url}/agent/held`);
    await begun;
    await app.heldCalls.drain(20);
    expect(await (await answer).text()).toBe('ended');
  });

  test('is over as soon as the last call is', async () => {
    const app = server();
    let finish: () => void = () => {};
    let begun: () => void = () => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    app.get('/agent/held', { config }, async () => {
      begun();
      await new Promise<void>((resolve) => (finish = resolve));
      return 'finished';
    });
    const { url } = await listening(app);
    const answer = fetch(`${url}/agent/held`);
    await started;
    const drained = app.heldCalls.drain(3_600_000);
    finish();
    expect(await (await answer).text()).toBe('finished');
    await drained;
  });
});

describe('bodies that nobody reads', () => {
  test('do not keep the answer back, and are cut off after a few megabytes', async () => {
    const app = server();
    app.post('/agent/early', { config }, async (_request, reply) => reply.code(413).send('too large'));
    const { port } = await listening(app);
    const socket = await socketTo(port);
    socket.write(
      'POST /agent/early HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 4294967296\r\n\r\n',
    );
    while (!socket.received().includes('too large')) await once(socket, 'data');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const chunk = Buffer.alloc(1024 * 1024);
    let sent = 0;
    while (!socket.destroyed && sent < 400 && !socket.writableEnded) {
      sent++;
      if (!socket.write(chunk))
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
    await closed;
    expect(sent).toBeLessThan(100);
  });

  test('are never sent by a caller that waits to be told so', async () => {
    const app = server();
    app.post('/agent/early', { config }, async (_request, reply) => reply.code(413).send('too large'));
    app.post('/agent/read', { config }, async (request) => request.body);
    const { port } = await listening(app);
    const head = (path: string, type: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n`;

    const refused = await socketTo(port);
    refused.write(head('/agent/early', 'multipart/form-data; boundary=B'));
    await new Promise((resolve) => refused.once('close', resolve));
    expect(refused.received()).toMatch(/^HTTP\/1.1 413 .*connection: close.*too large$/is);

    const accepted = await socketTo(port);
    accepted.write(head('/agent/read', 'application/json'));
    while (!accepted.received().includes('100 Continue')) await once(accepted, 'data');
    accepted.write('{"a":1}');
    while (!accepted.received().includes('{"a":1}')) await once(accepted, 'data');
    expect(accepted.received()).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  });

  test('are cut off when their sender falls silent, and an answer that takes long is not', async () => {
    const app = server([], [], 500);
    app.post('/agent/read', { config }, async (request) => request.body);
    let finish: () => void = () => {};
    const silent = new Promise<void>((resolve) => {
      finish = resolve;
    });
    app.post('/agent/slow', { config }, async () => {
      await silent;
      return 'finished';
    });
    const { port, url } = await listening(app);
    const answer = fetch(`${url}/agent/slow`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const socket = await socketTo(port);
    socket.write(
      'POST /agent/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half',
    );
    await new Promise((resolve) => socket.once('close', resolve));
    finish();
    expect(await (await answer).text()).toBe('finished');
  });

  test('a caller that hangs up aborts what is held for it', async () => {
    const app = server();
    let aborted: () => void = () => {};
    const hungUp = new Promise<void>((resolve) => (aborted = resolve));
    let begun: () => void = () => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    app.get('/agent/held', { config }, async (request, reply) => {
      begun();
      await once(callSignal(request, reply), 'abort');
      aborted();
      return 'nobody listens';
    });
    const { port } = await listening(app);
    const socket = await socketTo(port);
    socket.write('GET /agent/held HTTP/1.1\r\nHost: x\r\n\r\n');
    await started;
    socket.destroy();
    await hungUp;
  });
});
