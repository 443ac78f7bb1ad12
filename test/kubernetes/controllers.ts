import type { Controller } from './api-server.ts';

/**
 * What the controllers of a cluster would do, at once: a Deployment gets its pods, and is well unless its image is
 * named `bad`, which cannot be pulled, or `crash`; a gateway takes every HTTPRoute.
 */
export const controllers: Controller = (plural, object, server) => {
  const generation = object.metadata.generation;
  if (plural === 'httproutes') {
    const condition = (type: string) => ({ type, status: 'True', observedGeneration: generation });
    const conditions = [condition('Accepted'), condition('ResolvedRefs')];
    object.status = {
      parents: object.spec.parentRefs.map((parentRef: object) => ({ parentRef, conditions })),
    };
  }
  if (plural !== 'deployments') return;
  const replicas = object.spec.replicas ?? 1;
  const [container] = object.spec.template.spec.containers;
  normalize(container);
  const isWell = !/bad|crash/.test(container.image);
  const ready = isWell ? replicas : 0;
  object.status = {
    ...{ observedGeneration: generation, replicas, updatedReplicas: replicas },
    ...{ readyReplicas: ready, availableReplicas: ready },
  };
  for (let index = 0; index < replicas; index += 1) {
    server.put('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${object.metadata.name}-${index}`, labels: object.spec.template.metadata.labels },
      spec: { ...object.spec.template.spec, nodeName: `node-${index}` },
      status: {
        ...{ phase: isWell ? 'Running' : 'Pending', containerStatuses: [statusOf(container.image)] },
        conditions: [{ type: 'Ready', status: isWell ? 'True' : 'False' }],
      },
    });
  }
};

/** Writes a container as an API server does: quantities in their shortest form, nothing that is zero anyway. */
// biome-ignore lint/suspicious/noExplicitAny: objects of a cluster have the shape that their writer gives them
function normalize(container: any) {
  for (const amounts of Object.values<Record<string, string>>(container.resources ?? {})) {
    if (amounts.memory === '1024Mi') amounts.memory = '1Gi';
  }
  for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
    if (probe?.initialDelaySeconds === 0) delete probe.initialDelaySeconds;
  }
}

function statusOf(image: string) {
  if (image.includes('bad')) {
    const waiting = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` };
    return { name: 'application', ready: false, restartCount: 0, state: { waiting } };
  }
  if (image.includes('crash')) {
    return {
      ...{ name: 'application', ready: false, restartCount: 4 },
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 7, reason: 'Error' } },
    };
  }
  return { name: 'application', ready: true, restartCount: 0, state: { running: {} } };
}
