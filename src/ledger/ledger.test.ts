import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStorage, type TestStorage } from '../../test/harness/storage.ts';
import { createLedger, type Ledger, type LedgerEntry, ledgerMigrations } from './index.ts';

let opened: TestStorage;
let ledger: Ledger;

const entry = (more: Partial<LedgerEntry>): LedgerEntry => ({
  who: 'dev@example.com',
  dialect: 'nhn-deploy',
  action: 'binary.upload',
  resource: '/nhn-deploy/projects/1',
  subject: 'shop-api 1.0',
  outcome: 'done',
  ...more,
});

beforeAll(async () => {
  opened = await openTestStorage({ migrations: [{ name: 'core', migrations: ledgerMigrations }] });
  ledger = createLedger({ storage: opened.storage });
  for (const more of [
    { subject: 'a' },
    { subject: 'b', resource: '/nhn-deploy/projects/1/artifacts/2', who: 'agent:s1' },
    { subject: 'c', resource: '/nhn-deploy/projects/12', action: 'binary.delete' },
    {
      subject: 'd',
      resource: '/',
      dialect: 'core',
      outcome: 'refused',
      detail: { reason: 'no role', tries: 2 },
    },
  ] as const) {
    await opened.storage.write((unit) => ledger.append(unit, entry(more)));
  }
});

afterAll(() => opened.close());

const subjects = async (filter: Partial<Parameters<Ledger['list']>[0]>) =>
  (await ledger.list({ resources: ['/'], limit: 10, ...filter })).map(({ subject }) => subject).join('');

test('the newest entries come first, as many as asked for, and go on after one', async () => {
  expect(await subjects({})).toBe('dcba');
  expect(await subjects({ limit: 2 })).toBe('dc');
  const [, second] = await ledger.list({ resources: ['/'], limit: 2 });
  expect(await subjects({ before: second?.id ?? 0 })).toBe('ba');
});

test('only entries of the resources and below them are listed, by whole segments', async () => {
  expect(await subjects({ resources: ['/nhn-deploy/projects/1'] })).toBe('ba');
  expect(
    await subjects({ resources: ['/nhn-deploy/projects/12', '/nhn-deploy/projects/1/artifacts/2'] }),
  ).toBe('cb');
  expect(await subjects({ resources: [] })).toBe('');
});

test('entries are found by dialect, person, action and time', async () => {
  expect(await subjects({ dialect: 'core' })).toBe('d');
  expect(await subjects({ who: 'agent:s1' })).toBe('b');
  expect(await subjects({ action: 'binary.delete' })).toBe('c');
  const [newest] = await ledger.list({ resources: ['/'], limit: 1 });
  expect(await subjects({ from: (newest?.at ?? 0) + 1 })).toBe('');
  expect(await subjects({ to: newest?.at ?? 0 })).toBe('dcba');
});

test('an entry comes back as it was written', async () => {
  const [row] = await ledger.list({ resources: ['/'], dialect: 'core', limit: 1 });
  expect(row).toMatchObject({
    outcome: 'refused',
    detail: { reason: 'no role', tries: 2 },
    at: expect.any(Number),
  });
  const [plain] = await ledger.list({ resources: ['/'], action: 'binary.delete', limit: 1 });
  expect(plain && 'detail' in plain).toBe(false);
});

test('what an actor did is an entry of its own', async () => {
  const actor = { name: 'ci@example.com', through: 'nullplatform' };
  const deed = { action: 'build.create', resource: '/nullplatform/organizations/1', subject: 'build 7' };
  await opened.storage.write((unit) => ledger.record(unit, actor, deed));
  const [row] = await ledger.list({ resources: ['/'], limit: 1, dialect: 'nullplatform' });
  expect(row).toMatchObject({ ...deed, who: 'ci@example.com', dialect: 'nullplatform', outcome: 'done' });
});

test('an entry is gone with the unit that it was part of', async () => {
  const failing = opened.storage.write(async (unit) => {
    await ledger.append(unit, entry({ subject: 'never' }));
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await subjects({})).not.toContain('never');
});

test.each(['who', 'dialect', 'action'])(
  'a list by %s reads its index in order and sorts nothing',
  async (column) => {
    const rows = await opened.storage.read(async (reader) => {
      const query = sql<{
        detail: string;
      }>`explain query plan select * from ledger_entry where ${sql.ref(column)} = 'x' order by id desc limit 10`;
      return (await query.execute(reader.tables())).rows;
    });
    const plan = rows.map(({ detail }) => detail).join('\n');
    expect(plan).toContain(`ledger_entry_${column}`);
    expect(plan).not.toContain('TEMP B-TREE');
  },
);
