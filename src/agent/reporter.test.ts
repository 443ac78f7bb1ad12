import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { ReportRequest } from '../engine/protocol.ts';
import { connect } from './connection.ts';
import { openJournal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { startReporter } from './reporter.ts';

test('what a slow link does not let through in one piece goes in smaller ones, in order and once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-reporter-'));
  const received: number[] = [];
  let broken = 0;
  const server = createServer(async (request, response) => {
    if (Number(request.headers['content-length']) > 300_000) {
      broken += 1;
      request.socket.destroy();
      return;
    }
    const { events } = (await json(request)) as ReportRequest;
    received.push(...events.map((event) => event.sequence));
    const last = events.at(-1);
    response.end(JSON.stringify({ acknowledged: last ? [last] : [], cancel: [] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const connection = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { journal } = openJournal(join(folder, 'journal.jsonl'));
  const outbox = new Outbox(journal);
  const lease = { hostRunId: 1, fencingToken: 1 };
  const data = 'a'.repeat(100_000);
  for (let index = 0; index < 12; index += 1) {
    outbox.add(lease, { kind: 'output', index: 0, stream: 'stdout', offset: index * 75_000, data });
  }
  const ignore = () => {};
  const listeners = { onAcknowledged: ignore, onCancel: ignore, onWorthless: ignore };
  const reporter = startReporter({ outbox, connection, log: ignore, ...listeners });
  await reporter.drained(AbortSignal.timeout(100_000));
  reporter.stop();
  expect(received).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(broken).toBeGreaterThan(0);

  connection.close();
  journal.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});
