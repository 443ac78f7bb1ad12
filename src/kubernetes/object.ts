import { CoreError } from '../errors/index.ts';

/** An object of a cluster: what is wanted of it, or what the API server answers. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent: the namespace of the settings. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** What kind an object is of. */
export type KubernetesKind = Pick<KubernetesObject, 'apiVersion' | 'kind'>;

/** The kinds that are read and written, with their names in paths. All of them live in namespaces. */
const plurals: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  HTTPRoute: 'httproutes',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Pod: 'pods',
  PodMetrics: 'pods',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Secret: 'secrets',
  Service: 'services',
};

/** The path of a kind's objects, or of one of them. Throws `invalid` for a kind that is not served here. */
export function pathOf({ apiVersion, kind }: KubernetesKind, namespace: string, name?: string): string {
  const plural = plurals[kind];
  if (plural === undefined) {
    throw new CoreError('invalid', `Objects of the kind ${kind} are not handled here.`);
  }
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const all = `${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** An object in a message: `Deployment d-5-7`. */
export function nameOf({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind} ${metadata.name}`;
}
