/** A parameter's value as a deployment ships it, fixed when the deployment is made (contract nullplatform 5.4). */
export interface ShippedParameter {
  readonly id: number;
  readonly name: string;
  readonly type: 'environment' | 'file';
  readonly variable: string;
  readonly encoding: string;
  readonly secret: boolean;
  /** The id of the value that was chosen. */
  readonly version: number;
  /** Null for a secret. */
  readonly value: string | null;
  readonly secretId: number | null;
}

/** The definition of a parameter with one of its values. */
export interface ParameterCandidate extends ShippedParameter {
  /** Where the value holds. */
  readonly nrn: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/**
 * Of each parameter the value that is nearest to the scope: the scope's own, then by dimensions, then by application. The
 * candidates come in the order in which they were set: of two that are equally near the later one holds.
 */
export function chooseValues(
  candidates: readonly ParameterCandidate[],
  scope: { readonly nrn: string; readonly dimensions: Readonly<Record<string, unknown>> },
): ShippedParameter[] {
  const best = new Map<number, { rank: number; chosen: ShippedParameter }>();
  for (const { nrn, dimensions, ...parameter } of candidates) {
    const rank = rankOf(nrn, dimensions, scope);
    const known = best.get(parameter.id);
    if (rank < 0 || (known && known.rank > rank)) continue;
    best.set(parameter.id, { rank, chosen: parameter });
  }
  return [...best.values()].map(({ chosen }) => chosen).sort((a, b) => a.id - b.id);
}

const ownRank = 1_000_000;
const dimensionRank = 100;

/** Below 0 where the value does not hold in the scope. */
function rankOf(
  nrn: string,
  dimensions: Readonly<Record<string, unknown>>,
  scope: { readonly nrn: string; readonly dimensions: Readonly<Record<string, unknown>> },
): number {
  if (nrn === scope.nrn) return ownRank;
  if (!`${scope.nrn}:`.startsWith(`${nrn}:`)) return -1;
  const wanted = Object.entries(dimensions);
  if (!wanted.every(([name, value]) => scope.dimensions[name] === value)) return -1;
  return wanted.length * dimensionRank + nrn.split(':').length;
}
