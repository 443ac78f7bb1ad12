import type { Reader } from '../storage/index.ts';
import type { RolloutFilter, RolloutSummary } from './engine.ts';
import type { EngineTables } from './tables.ts';
import { summary } from './views.ts';

/** The rollouts that a filter lets through, newest first. */
export async function listRollouts(reader: Reader, filter: RolloutFilter): Promise<RolloutSummary[]> {
  return (await rolloutQuery(reader, filter).execute()).map(summary);
}

/** The list's query; its plan is looked at by a test. */
export function rolloutQuery(reader: Reader, filter: RolloutFilter) {
  const { resources, dialect, states, host, requestedBy, text, acceptedFrom, acceptedTo, before } = filter;
  let query = reader
    .tables<EngineTables>()
    .selectFrom('rollout')
    .selectAll('rollout')
    .orderBy('rollout.number', 'desc')
    .limit(filter.limit);
  if (!resources.includes('/')) {
    query = query.where((where) =>
      where.or(
        resources.flatMap((resource) => [
          where('rollout.resource', '=', resource),
          // What begins with the path and a slash: `0` is the character behind the slash.
          where.and([
            where('rollout.resource', '>', `${resource}/`),
            where('rollout.resource', '<', `${resource}0`),
          ]),
        ]),
      ),
    );
  }
  if (dialect !== undefined) query = query.where('rollout.dialect', '=', dialect);
  if (states) query = query.where('rollout.state', 'in', [...states]);
  if (requestedBy !== undefined) query = query.where('rollout.requested_by', '=', requestedBy);
  if (acceptedFrom !== undefined) query = query.where('rollout.accepted_at', '>=', acceptedFrom);
  if (acceptedTo !== undefined) query = query.where('rollout.accepted_at', '<=', acceptedTo);
  if (host !== undefined) {
    query = query.where('rollout.number', 'in', (runs) =>
      runs.selectFrom('host_run').select('host_run.rollout').where('host_run.host', '=', host),
    );
  }
  if (text !== undefined && text !== '') {
    query = query.where((where) =>
      reader.flavor.contains(where.ref('rollout.title_folded'), text.toLowerCase()),
    );
  }
  if (before !== undefined) {
    query = query.where('rollout.number', '<', (cursor) =>
      cursor.selectFrom('rollout as last').select('last.number').where('last.id', '=', before),
    );
  }
  return query;
}
