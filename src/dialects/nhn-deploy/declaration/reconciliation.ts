import type { TSchema } from 'typebox';
import { isCoreError } from '../../../errors/index.ts';
import type { DeclarationReport } from '../../../management/index.ts';
import type { Unit } from '../../../storage/index.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { Artifact } from '../store/artifact.ts';

/** One run of the declaration: what every noun of it works with. */
export interface Reconciliation {
  readonly context: Context;
  readonly unit: Unit;
  readonly actor: Actor;
  readonly report: DeclarationReport;
}

/**
 * A list inside an artifact of the declaration, like `serverGroups`. Objects match by id where one is given, else by
 * name; lists inside an object are replaced.
 */
export interface ArtifactList {
  /** The key inside the artifact. */
  readonly key: string;
  /** Of one object of the list. */
  readonly schema: TSchema;
  /** Makes and changes what differs; `path` is that of the list. Mistakes go to the report, by `attempt`. */
  reconcile(run: Reconciliation, artifact: Artifact, declared: readonly unknown[], path: string): Promise<void>;
  /** What `report.made` keys of this list begin with, before the colon and the id. */
  readonly kind: string;
  /** Removes the object with this id if it is there; false when it is not, or cannot go. */
  prune(run: Reconciliation, id: number): Promise<boolean>;
}

/** Runs `once` for one object; a refusal is reported with the object's path, and the others are still looked at. */
export async function attempt<T>(
  { report }: Reconciliation,
  path: string,
  once: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await once();
  } catch (error) {
    if (!isCoreError(error)) throw error;
    report.error(error.path === undefined ? path : `${path}/${error.path}`, error.message);
    return undefined;
  }
}

type Fields = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** The fields of `to` that are given and differ from `from`; undefined when none does. */
export function differences(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): Fields | undefined {
  const different = Object.entries(to).filter(
    ([key, value]) => value !== undefined && canonical(value) !== canonical(from[key]),
  );
  if (different.length === 0) return undefined;
  return Object.fromEntries(different.map(([key, value]) => [key, { from: from[key] ?? null, to: value }]));
}

/** JSON with sorted keys and without nulls, so that an absent field and a null one are the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part).filter(([, field]) => field !== null && field !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
