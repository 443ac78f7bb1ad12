import { CompiledQuery, type Kysely, type KyselyPlugin } from 'kysely';
import type { Reader, Storage } from '../../src/storage/index.ts';

/** One query that ran, and how the embedded database finds its rows. */
export interface QueryPlan {
  readonly sql: string;
  /** The lines of EXPLAIN QUERY PLAN. */
  readonly steps: readonly string[];
}

/**
 * Runs `query` and answers the plan of every query that it made. Lists are tested by it: no `SCAN` of a table without
 * an index, no `USE TEMP B-TREE` for an order.
 */
export async function queryPlans(
  storage: Storage,
  query: (reader: Reader) => Promise<unknown>,
): Promise<QueryPlan[]> {
  return await storage.read(async (reader) => {
    const ran: CompiledQuery[] = [];
    await query({
      flavor: reader.flavor,
      tables: <Tables>() => {
        const tables = reader.tables<Tables>();
        return tables.withPlugin(recorder(tables, ran));
      },
    });
    const plans: QueryPlan[] = [];
    for (const { sql, parameters } of ran) {
      const explained = CompiledQuery.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]);
      const { rows } = await reader.tables<unknown>().executeQuery<{ detail: string }>(explained);
      plans.push({ sql, steps: rows.map(({ detail }) => detail) });
    }
    return plans;
  });
}

function recorder<Tables>(tables: Kysely<Tables>, ran: CompiledQuery[]): KyselyPlugin {
  return {
    transformQuery: ({ node, queryId }) => {
      ran.push(tables.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** The steps of a plan that cost more the larger a table is, whatever the page is. */
export function costlySteps({ steps }: QueryPlan): string[] {
  return steps.filter((step) => /USE TEMP B-TREE|^SCAN (?!.*USING (COVERING )?INDEX)/.test(step));
}
