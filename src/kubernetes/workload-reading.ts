import type { Cluster } from './cluster.ts';
import { selectorOf } from './ownership.ts';
import type { WorkloadWaitInput } from './step-inputs.ts';
import { type WorkloadState, workloadState } from './workload.ts';

/** Reads a Deployment and its pods. */
export async function readWorkload(
  cluster: Cluster,
  { deployment, pods, wanted }: Pick<WorkloadWaitInput, 'deployment' | 'pods' | 'wanted'>,
  signal: AbortSignal,
): Promise<WorkloadState> {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: deployment } };
  const found = await cluster.find(reference, signal);
  const own = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, selectorOf(pods), signal);
  return workloadState(found, own, wanted);
}
