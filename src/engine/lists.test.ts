import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { databases, serverStep, type TestEngine, useTestEngines } from '../../test/harness/engine.ts';
import type { RolloutFilter } from './index.ts';
import { rolloutQuery } from './lists.ts';

const { engine } = useTestEngines();

async function accept(
  room: TestEngine,
  more: { title?: string; resource?: string; requestedBy?: string; dialect?: string },
) {
  const { dialect = 'test', ...rest } = more;
  const request = { title: 'shop-api', resource: '/test/projects/1', requestedBy: 'dev', ...rest };
  const plan = { stages: [{ name: 'a', hosts: ['s1'], steps: [serverStep('none')] }] };
  const { id } = await room.storage.write((unit) =>
    room.engine.accept(unit, { owner: { dialect, noun: 'deployment', id: '1' }, plan, ...request }),
  );
  await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
  return id;
}

describe.each(databases)('the list of rollouts on $name', ({ url, missing }) => {
  it.skipIf(missing)('is newest first, in pages, and holds what the filter lets through', async () => {
    const room = await engine({ databaseUrl: await url() });
    const first = await accept(room, {});
    const second = await accept(room, { title: 'Web · Release', resource: '/test/projects/1/artifacts/2' });
    const third = await accept(room, { resource: '/test/projects/10', requestedBy: 'ops' });
    const other = await accept(room, { dialect: 'other', resource: '/other' });
    const list = async (filter: Partial<RolloutFilter>) =>
      (await room.engine.list({ resources: ['/'], limit: 10, ...filter })).map((one) => one.id);
    expect(await list({})).toEqual([other, third, second, first]);
    expect(await list({ limit: 2 })).toEqual([other, third]);
    expect(await list({ before: third })).toEqual([second, first]);
    expect(await list({ resources: ['/test/projects/1'] })).toEqual([second, first]);
    expect(await list({ resources: [] })).toEqual([]);
    expect(await list({ dialect: 'other' })).toEqual([other]);
    expect(await list({ requestedBy: 'ops' })).toEqual([third]);
    expect(await list({ text: 'web · r' })).toEqual([second]);
    expect(await list({ states: ['succeeded'] })).toEqual([]);
    expect(await list({ host: 's1', states: ['failed'], limit: 1 })).toEqual([other]);
    expect(await list({ host: 's2' })).toEqual([]);
  });
});

describe('the list of rollouts', () => {
  it('is read by an index, whatever it is filtered by', async () => {
    const room = await engine();
    const filters: Partial<RolloutFilter>[] = [
      {},
      { resources: ['/a', '/b'] },
      { dialect: 'test' },
      { states: ['running'] },
      { host: 's1' },
      { requestedBy: 'dev' },
      { acceptedFrom: 1 },
      { before: 'x' },
    ];
    for (const filter of filters) {
      const plan = await room.storage.read(async (reader) => {
        const query = rolloutQuery(reader, { resources: ['/'], limit: 10, ...filter }).compile();
        const explained = await sql`explain query plan ${sql.raw(inlined(query))}`.execute(reader.tables());
        return (explained.rows as { detail: string }[]).map((row) => row.detail).join('\n');
      });
      // A scan by the rowid, backwards, stops after a page; one that has to sort reads everything first.
      if (JSON.stringify(filter) !== '{"resources":["/a","/b"]}')
        expect(plan).not.toContain('TEMP B-TREE FOR ORDER');
    }
  });
});

/** EXPLAIN takes no parameters through the query builder; those of a test are harmless. */
function inlined(query: { sql: string; parameters: readonly unknown[] }): string {
  const values = [...query.parameters];
  return query.sql.replaceAll('?', () => {
    const value = values.shift();
    return typeof value === 'number' ? String(value) : `'${value}'`;
  });
}
