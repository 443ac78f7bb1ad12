import { CoreError, isCoreError } from '../errors/index.ts';
import type { Cluster } from './cluster.ts';
import { ownedSelector } from './ownership.ts';
import { type PodInstance, podInstance } from './pod-instance.ts';
import { type LineRange, type PodLine, readPodLines } from './pod-lines.ts';
import { type PodUsage, podUsage } from './pod-usage.ts';

const podKind = { apiVersion: 'v1', kind: 'Pod' };
const metricsKind = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics' };
/** Somebody waits for the answer: no trying again for long. */
const patience = { milliseconds: 1000 };
const mostMilliseconds = 10_000;

/** Slipway's pods, as people look at them; `selector` is of labels. All throw `unavailable` when the cluster is away. */
export interface Pods {
  list(selector: string): Promise<PodInstance[]>;
  /** What they wrote. Standard output and errors are one in a cluster. */
  lines(selector: string, range: LineRange): Promise<(PodLine & Pick<PodInstance, 'labels'>)[]>;
  /** What they use now; empty where the cluster measures nothing, or does not tell. */
  usage(selector: string): Promise<PodUsage[]>;
}

/** Reads pods of the cluster. */
export function createPods(cluster: Cluster): Pods {
  const hasty = cluster.with(patience);
  const read = (selector: string, signal: AbortSignal) =>
    hasty.list(podKind, `${ownedSelector},${selector}`, signal);
  return {
    list: (selector) => inTime(async (signal) => (await read(selector, signal)).map(podInstance)),
    lines: (selector, range) =>
      inTime(async (signal) => {
        const found = await read(selector, signal);
        const pods = new Map(found.map(({ metadata }) => [metadata.name, metadata]));
        const asked = [...pods.keys()].filter((pod) => range.pod === undefined || pod === range.pod);
        const lines = await readPodLines(hasty, asked, range, signal);
        return lines.map((line) => ({ ...line, labels: pods.get(line.pod)?.labels ?? {} }));
      }),
    usage: (selector) =>
      inTime(async (signal) => {
        const metrics = await cluster
          .with({ milliseconds: 0 })
          .list(metricsKind, `${ownedSelector},${selector}`, signal)
          .catch((error) => {
            // A metrics server is not needed, nor is the right to ask it.
            if (isCoreError(error)) return [];
            throw error;
          });
        return metrics.length === 0 ? [] : podUsage(await read(selector, signal), metrics);
      }),
  };
}

async function inTime<Result>(read: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(mostMilliseconds);
  try {
    return await read(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CoreError('unavailable', `The cluster did not answer within ${mostMilliseconds / 1000} s.`);
  }
}
