import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestStorage } from '../../../../test/harness/storage.ts';

test('a scan that is under way when the storage closes is refused, not cut short, and takes no process along', async () => {
  const { storage, close } = await openTestStorage({ engine: 'sqlite' });
  const endless = storage.scan(
    (reader) =>
      reader
        .tables<object>()
        .withRecursive('counted(n)', (counting) =>
          counting
            .selectNoFrom(sql<number>`1`.as('n'))
            .unionAll((more) => more.selectFrom('counted').select(sql<number>`n + 1`.as('n'))),
        )
        .selectFrom('counted')
        .selectAll(),
    1_000_000_000,
  );
  const first = expect(endless[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'unavailable' });
  await close();
  await first;
});
