import type { KubernetesObject } from './object.ts';

interface RouteCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** Whether every gateway of an HTTPRoute has taken it as it is now, and what they object to. Pure. */
export function routeState(route: KubernetesObject | undefined): {
  readonly isApplied: boolean;
  readonly troubles: readonly string[];
} {
  if (!route) return { isApplied: false, troubles: ['it does not exist'] };
  const generation = route.metadata.generation ?? 0;
  const { parents = [] } = (route.status ?? {}) as {
    parents?: readonly { readonly conditions?: readonly RouteCondition[] }[];
  };
  if (parents.length === 0) return { isApplied: false, troubles: ['no gateway has taken it'] };
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
