import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Lease } from '../engine/protocol.ts';
import { idempotentSteps } from '../engine/steps/index.ts';
import { idempotentKinds } from './idempotent-kinds.ts';
import { openJournal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { bootId } from './process-table.ts';
import { leaseRecord } from './records.ts';
import { recover } from './recovery.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-recovery-'));
  file = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const script = {
  where: 'agent',
  kind: 'script',
  name: 'a',
  shell: 'sh',
  text: 'true',
  timeoutSeconds: 9,
} as const;
const checkShell = {
  where: 'agent',
  kind: 'check-shell',
  name: 'b',
  shell: 'sh',
  timeoutSeconds: 9,
} as const;
const held = { hostRunId: 7, fencingToken: 2 };

function leaseOf(steps: readonly Lease['steps'][number]['step'][], masked: string[] = []): Lease {
  return {
    ...held,
    rolloutId: 'r',
    leaseSeconds: 60,
    title: 't',
    masked,
    steps: steps.map((step, index) => ({ index, step })),
  };
}

/** Recovers from a journal of these records; returns what was found and what would be reported. */
async function recovered(...records: readonly object[]) {
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const { journal, found } = openJournal(file);
  const outbox = new Outbox(journal);
  const [lease] = await recover(found, { outbox, installation: 'here', graceMilliseconds: 10 });
  const report = outbox.nextReport(1_000_000);
  journal.close();
  return { lease, events: report ? JSON.parse(report.body).events : [] };
}

const started = (sequence: number, index: number) => ({
  ...held,
  sequence,
  kind: 'step-started',
  index,
  at: 1,
});
const ended = (sequence: number, index: number, state = 'succeeded') => ({
  ...held,
  sequence,
  kind: 'step-ended',
  index,
  at: 2,
  state,
  exitCode: 0,
  reason: null,
  reasonText: null,
});
const interrupted = (sequence: number, index: number) =>
  expect.objectContaining({ sequence, kind: 'step-ended', index, state: 'interrupted' });
const over = (sequence: number) => expect.objectContaining({ sequence, kind: 'lease-ended' });

test('the agent and the engine agree on which steps are idempotent', () => {
  expect(idempotentKinds).toEqual(idempotentSteps);
});

test('an empty journal and a finished lease leave nothing to do', async () => {
  expect(await recovered()).toEqual({ lease: undefined, events: [] });
  const lease = leaseRecord(leaseOf([script]), bootId());
  const end = { ...held, sequence: 3, kind: 'lease-ended', at: 3 };
  const acknowledged = { ...held, kind: 'acknowledged', sequence: 3 };
  expect(await recovered(lease, started(1, 0), ended(2, 0), end, acknowledged)).toEqual({
    lease: undefined,
    events: [],
  });
});

test('a lease that had not begun goes on from its first step', async () => {
  const lease = leaseOf([script, script]);
  expect(await recovered(leaseRecord(lease, bootId()))).toMatchObject({
    lease: { resume: { lease, from: 0 } },
    events: [],
  });
});

test('a lease whose last step had ended goes on with the next one', async () => {
  const { lease, events } = await recovered(
    leaseRecord(leaseOf([script, script]), bootId()),
    started(1, 0),
    ended(2, 0),
  );
  expect(lease?.resume).toMatchObject({ from: 1 });
  expect(lease?.resume).not.toHaveProperty('alreadyStarted');
  expect(events).toHaveLength(2);
});

test('a script that was running is interrupted and the rest is not begun', async () => {
  const { lease, events } = await recovered(leaseRecord(leaseOf([script, script]), bootId()), started(1, 0));
  expect(lease?.resume).toBeUndefined();
  expect(events).toEqual([started(1, 0), interrupted(2, 0), over(3)]);
});

test('an idempotent step that was running runs again without being reported again', async () => {
  const { lease, events } = await recovered(
    leaseRecord(leaseOf([checkShell, script]), bootId()),
    started(1, 0),
  );
  expect(lease?.resume).toMatchObject({ from: 0, alreadyStarted: 0 });
  expect(events).toEqual([started(1, 0)]);
});

test('after a failure nothing more is begun, unless it was to be ignored', async () => {
  const failed = await recovered(
    leaseRecord(leaseOf([script, script]), bootId()),
    started(1, 0),
    ended(2, 0, 'failed'),
  );
  expect(failed.events.slice(2)).toEqual([over(3)]);
  const ignored = await recovered(
    leaseRecord(leaseOf([{ ...script, onFailure: 'ignore' }, script]), bootId()),
    started(1, 0),
    ended(2, 0, 'failed'),
  );
  expect(ignored.lease?.resume).toMatchObject({ from: 1 });
});

const returned = (sequence: number) => expect.objectContaining({ sequence, kind: 'lease-returned' });

test('a lease with secrets is given back where its next step may begin, or begin again', async () => {
  const lease = leaseRecord(leaseOf([checkShell, checkShell, script], ['hunter2']), bootId());
  expect(JSON.stringify(lease)).not.toContain('hunter2');
  const unbegun = await recovered(lease);
  expect(unbegun).toEqual({ lease: { lease: { ...held, leaseSeconds: 60 } }, events: [returned(1)] });
  const between = await recovered(lease, started(1, 0), ended(2, 0));
  expect(between.events.slice(2)).toEqual([returned(3)]);
  const running = await recovered(lease, started(1, 0), ended(2, 0), started(3, 1));
  expect(running.events.slice(3)).toEqual([returned(4)]);
});

test('a lease with secrets whose script was running cannot go on', async () => {
  const lease = leaseRecord(leaseOf([checkShell, script], ['hunter2']), bootId());
  const { events } = await recovered(lease, started(1, 0), ended(2, 0), started(3, 1));
  expect(events.slice(3)).toEqual([interrupted(4, 1), over(5)]);
});

test('a lease that was given back is over', async () => {
  const lease = leaseRecord(leaseOf([checkShell], ['hunter2']), bootId());
  const back = { ...held, sequence: 2, kind: 'lease-returned', at: 3 };
  expect((await recovered(lease, started(1, 0), back)).events).toEqual([started(1, 0), back]);
  const acknowledged = { ...held, kind: 'acknowledged', sequence: 2 };
  expect(await recovered(lease, started(1, 0), back, acknowledged)).toEqual({ lease: undefined, events: [] });
});

test('after a new start of the machine no script runs again, and no number is used twice', async () => {
  const { lease, events } = await recovered(
    leaseRecord(leaseOf([checkShell, script]), 'another boot'),
    started(1, 0),
  );
  expect(lease?.resume).toBeUndefined();
  expect(events.slice(1)).toEqual([interrupted(1_000_002, 0), over(1_000_003)]);
});

test('after a new start of the machine a lease of idempotent steps is given back', async () => {
  const { lease, events } = await recovered(
    leaseRecord(leaseOf([checkShell, checkShell]), 'another boot'),
    started(1, 0),
  );
  expect(lease?.resume).toBeUndefined();
  expect(events.slice(1)).toEqual([returned(1_000_002)]);
});
