import { CoreError } from '../../../errors/index.ts';
import type { KubernetesObject } from '../../../kubernetes/index.ts';
import type { StartOrder } from '../deployments/executor.ts';
import { secretName, versionLabels, workloadName } from './names.ts';
import { probesOf } from './probes.ts';
import { servicePort } from './route-manifest.ts';
import { resourcesOf, type Scaling, scalingOf } from './scaling.ts';
import { podContents, secretManifest } from './secret-manifest.ts';

/**
 * The objects of one version, in the order in which they are applied (contract nullplatform 5.3). Pure. Throws
 * `invalid` for an asset that is no image.
 */
export function workloadManifests(order: StartOrder): KubernetesObject[] {
  const { scope, deploymentId, asset, contents } = order;
  if (asset.kind !== 'docker-image') {
    throw new CoreError('invalid', 'A scope in a cluster runs assets of the type docker-image only');
  }
  const port = asset.containerPort;
  const metadata = {
    name: workloadName(scope.id, deploymentId),
    labels: versionLabels(scope.id, deploymentId),
  };
  const scaling = scalingOf(scope.capabilities);
  return [
    secretManifest(scope.id, deploymentId, contents),
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata },
      spec: {
        selector: metadata.labels,
        ports: [{ name: 'http', port: servicePort, targetPort: port, protocol: 'TCP' }],
      },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
      spec: {
        // The autoscaler's own where it may choose.
        ...(scaling.least === scaling.most ? { replicas: scaling.least } : {}),
        progressDeadlineSeconds: order.maxWaitSeconds,
        selector: { matchLabels: metadata.labels },
        template: { metadata: { labels: metadata.labels }, spec: podOf(order, asset.image, port) },
      },
    },
    autoscaler(metadata, scaling),
    {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata },
      // Rounded up: a node can be drained also under a single instance.
      spec: { maxUnavailable: '25%', selector: { matchLabels: metadata.labels } },
    },
  ];
}

function podOf(order: StartOrder, image: string, port: number) {
  const { scope, deploymentId, contents, health } = order;
  const { env, volumeMounts, volumes } = podContents(secretName(scope.id, deploymentId), contents);
  return {
    automountServiceAccountToken: false,
    // Else every instance gets seven variables for each Service of the namespace.
    enableServiceLinks: false,
    containers: [
      {
        name: 'application',
        image,
        ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
        env: [{ name: 'PORT', value: String(port) }, ...env.filter(({ name }) => name !== 'PORT')],
        ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
        resources: resourcesOf(scope.requestedSpec, scope.capabilities),
        ...probesOf(health, port),
      },
    ],
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

function autoscaler(
  metadata: KubernetesObject['metadata'],
  { least, most, cpuPercent }: Scaling,
): KubernetesObject {
  return {
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      minReplicas: least,
      maxReplicas: most,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
        },
      ],
    },
  };
}
