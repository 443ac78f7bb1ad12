import { DummyDriver, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { postgresFlavor } from '../flavor.ts';
import type { HandleKind } from '../handle.ts';

/** How queries for PostgreSQL are compiled. */
export const postgresKind: HandleKind = {
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (tables) => new PostgresIntrospector(tables),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  flavor: postgresFlavor,
};
