import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from './journal.ts';
import { Outbox } from './outbox.ts';

let folder: string;
let file: string;
const lease = { hostRunId: 7, fencingToken: 2 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-journal-'));
  file = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was appended is found again; a torn last line and a damaged line are left out', () => {
  const { journal } = openJournal(file);
  journal.append('{"a":1}');
  journal.append('{damaged');
  journal.append('{"b":"가"}');
  journal.close();
  writeFileSync(file, '{"torn":', { flag: 'a' });
  const again = openJournal(file);
  expect(again.found.map(({ record }) => record)).toEqual([{ a: 1 }, { b: '가' }]);
  const span = again.journal.append('{"c":3}');
  expect(again.journal.read(span).toString()).toBe('{"c":3}');
  again.journal.close();
  expect(openJournal(file).found).toHaveLength(3);
});

test('a compaction keeps the named lines and can be read and appended to', () => {
  const { journal } = openJournal(file);
  const spans = ['{"a":1}', '{"b":2}', '{"c":3}'].map((line) => journal.append(line));
  const kept = journal.compact([spans[0], spans[2]].filter((span) => span !== undefined));
  expect(kept.map((span) => journal.read(span).toString())).toEqual(['{"a":1}', '{"c":3}']);
  journal.append('{"d":4}');
  journal.close();
  expect(openJournal(file).found.map(({ record }) => record)).toEqual([{ a: 1 }, { c: 3 }, { d: 4 }]);
});

test('an hour of output does not make the journal grow: what the server has is left out', () => {
  const { journal } = openJournal(file);
  const outbox = new Outbox(journal);
  outbox.add(lease, { kind: 'step-started', index: 0, at: 1 }, true);
  const data = 'A'.repeat(200_000);
  for (let turn = 0; turn < 150; turn += 1) {
    outbox.add(lease, { kind: 'output', index: 0, stream: 'stdout', offset: turn, data });
    const last = outbox.nextReport(10_000_000)?.last;
    if (last && turn % 10 === 9) outbox.acknowledge([last]);
  }
  expect(journal.size).toBeLessThan(20 * 1_048_576);
  outbox.add(lease, { kind: 'lease-ended', at: 2 });
  expect(JSON.parse(outbox.nextReport(10_000)?.body ?? '').events).toEqual([
    { ...lease, sequence: 152, kind: 'lease-ended', at: 2 },
  ]);
  journal.close();
  expect(openJournal(file).found[0]?.record).toMatchObject({ kind: 'step-started', sequence: 1 });
});

test('events are reported oldest first, in portions, until they are acknowledged', () => {
  const { journal } = openJournal(file);
  const outbox = new Outbox(journal);
  for (const at of [1, 2, 3]) outbox.add(lease, { kind: 'step-started', index: at, at });
  const first = outbox.nextReport(1);
  expect(JSON.parse(first?.body ?? '').events).toHaveLength(1);
  expect(outbox.nextReport(1)?.last.sequence).toBe(1);
  outbox.acknowledge([{ ...lease, sequence: 2 }]);
  expect(outbox.nextReport(10_000)?.last.sequence).toBe(3);
  expect(outbox.isAcknowledged(lease)).toBe(false);
  outbox.acknowledge([{ ...lease, fencingToken: 1, sequence: 9 }]);
  expect(outbox.isAcknowledged(lease)).toBe(false);
  outbox.acknowledge([{ ...lease, sequence: 3 }]);
  expect(outbox.isAcknowledged(lease)).toBe(true);
  expect(outbox.nextReport(1)).toBeUndefined();
});
