import type { KubernetesObject } from '../../../kubernetes/index.ts';
import { routeName, scopeLabels, workloadName } from './names.ts';

/** The port of every version's Service. */
export const servicePort = 80;

/** A version and its share of the requests, in percent. */
export interface Share {
  readonly deploymentId: number;
  readonly weight: number;
}

/** The shares of a switch: `traffic` percent to the new version; versions that get nothing are left out. Pure. */
export function sharesOf(own: number, previous: number | null, traffic: number): Share[] {
  const shares =
    previous === null
      ? [{ deploymentId: own, weight: 100 }]
      : [
          { deploymentId: previous, weight: 100 - traffic },
          { deploymentId: own, weight: traffic },
        ];
  return shares.filter(({ weight }) => weight > 0);
}

/** The HTTPRoute of a scope. `gateway` is `name` or `namespace/name`. Pure. */
export function routeManifest(
  scope: { readonly id: number; readonly domain: string },
  shares: readonly Share[],
  gateway: string,
): KubernetesObject {
  const [name = '', namespace] = gateway.split('/').reverse();
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: routeName(scope.id), labels: scopeLabels(scope.id) },
    spec: {
      parentRefs: [{ name, ...(namespace === undefined ? {} : { namespace }) }],
      hostnames: [scope.domain],
      rules: [
        {
          backendRefs: shares.map(({ deploymentId, weight }) => ({
            name: workloadName(scope.id, deploymentId),
            port: servicePort,
            weight,
          })),
        },
      ],
    },
  };
}
