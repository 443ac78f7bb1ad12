import type { KubernetesObject } from './object.ts';

interface RouteCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

interface ParentReference {
  readonly name?: string;
  readonly namespace?: string;
}

interface RouteParts {
  readonly spec?: { readonly parentRefs?: readonly ParentReference[] };
  readonly status?: {
    readonly parents?: readonly {
      readonly parentRef?: ParentReference;
      readonly conditions?: readonly RouteCondition[];
    }[];
  };
}

/**
 * Whether every gateway of an HTTPRoute has taken it as it is now, and what they object to. What a gateway says that it
 * no longer belongs to does not count. Pure.
 */
export function routeState(route: KubernetesObject | undefined): {
  readonly isApplied: boolean;
  readonly troubles: readonly string[];
} {
  if (!route) return { isApplied: false, troubles: ['it does not exist'] };
  const generation = route.metadata.generation ?? 0;
  const { spec, status } = route as RouteParts & KubernetesObject;
  const wanted = spec?.parentRefs ?? [];
  const isOf = (one: ParentReference, other: ParentReference = {}) =>
    one.name === other.name &&
    (one.namespace ?? route.metadata.namespace) === (other.namespace ?? route.metadata.namespace);
  const parents = (status?.parents ?? []).filter(({ parentRef }) =>
    wanted.some((one) => isOf(one, parentRef)),
  );
  const silent = wanted.filter((one) => !parents.some(({ parentRef }) => isOf(one, parentRef)));
  if (silent.length > 0 || parents.length === 0) {
    const names = silent.map(({ name }) => name).join(', ');
    return { isApplied: false, troubles: [`the Gateway ${names} has not taken it`] };
  }
  const missing = parents.flatMap(({ conditions = [] }) =>
    ['Accepted', 'ResolvedRefs'].flatMap((type) => {
      const condition = conditions.find((candidate) => candidate.type === type);
      if (!condition || (condition.observedGeneration ?? 0) < generation) return [`${type} is not decided`];
      return condition.status === 'True'
        ? []
        : [`${type} is ${condition.status}: ${condition.message ?? ''}`];
    }),
  );
  return { isApplied: missing.length === 0, troubles: missing };
}
