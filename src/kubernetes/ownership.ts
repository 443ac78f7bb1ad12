import type { KubernetesObject } from './object.ts';

/** The label by which objects are known as Slipway's; nothing without it is ever deleted. */
export const ownershipLabels: Readonly<Record<string, string>> = {
  'app.kubernetes.io/managed-by': 'slipway',
};

/** Under this name the API server remembers which fields are Slipway's. */
export const fieldManager = 'slipway';

/** Whether an object is Slipway's: by its label or, where somebody took that away, by who applied it. */
export function isOwned({ metadata }: Pick<KubernetesObject, 'metadata'>): boolean {
  const isLabelled = Object.entries(ownershipLabels).every(
    ([name, value]) => metadata.labels?.[name] === value,
  );
  const { managedFields } = metadata as {
    managedFields?: readonly { manager?: string; operation?: string }[];
  };
  const isApplied = ({ manager, operation }: { manager?: string; operation?: string }) =>
    manager === fieldManager && operation === 'Apply';
  return isLabelled || (managedFields ?? []).some(isApplied);
}

/** A selector of the objects that are Slipway's. */
export const ownedSelector = selectorOf(ownershipLabels);

/** A selector of the objects that have all of these labels. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
