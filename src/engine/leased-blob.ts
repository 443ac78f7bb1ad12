import type { Readable } from 'node:stream';
import { CoreError } from '../errors/index.ts';
import type { Reader } from '../storage/index.ts';
import type { EngineParts } from './parts.ts';
import { blobsOfSteps } from './plan-blobs.ts';
import type { PlanBook } from './plan-book.ts';
import type { EngineTables } from './tables.ts';

/** A blob for an agent, as `AgentGateway.blob` answers it. */
export interface LeasedBlob {
  readonly size: number;
  open(range?: { start: number; end: number }): Promise<Readable>;
}

/** The blob, if a live lease of the host names it; throws `not-found` else. */
export async function leasedBlob(
  parts: EngineParts,
  plans: PlanBook,
  host: string,
  sha256: string,
): Promise<LeasedBlob> {
  const size = await parts.storage.read((reader) => sizeInLeases(reader, plans, host, sha256));
  if (size === undefined) throw new CoreError('not-found', 'No lease of this host names that blob.');
  return { size, open: (range) => parts.blobs.open(sha256, range) };
}

async function sizeInLeases(
  reader: Reader,
  plans: PlanBook,
  host: string,
  sha256: string,
): Promise<number | undefined> {
  const rows = await reader
    .tables<EngineTables>()
    .selectFrom('host_run')
    .innerJoin('rollout', 'rollout.number', 'host_run.rollout')
    .innerJoin('stage_run', (join) =>
      join
        .onRef('stage_run.rollout', '=', 'host_run.rollout')
        .onRef('stage_run.stage', '=', 'host_run.stage'),
    )
    .select(['rollout.id', 'rollout.number', 'host_run.stage', 'stage_run.expansion'])
    .where('host_run.host', '=', host)
    .where('host_run.phase', '=', 'leased')
    .where('rollout.live', '=', 1)
    .execute();
  for (const row of rows) {
    const { plan } = await plans.plan(reader, row);
    const steps = plans.steps(plan, row.stage, host, row.expansion);
    const found = blobsOfSteps(steps).find((blob) => blob.sha256 === sha256);
    if (found) return found.size;
  }
  return undefined;
}
