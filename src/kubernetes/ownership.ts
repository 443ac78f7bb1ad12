/** The label by which objects are known as Slipway's; nothing without it is ever deleted. */
export const ownershipLabels: Readonly<Record<string, string>> = {
  'app.kubernetes.io/managed-by': 'slipway',
};

/** A selector of the objects that are Slipway's. */
export const ownedSelector = selectorOf(ownershipLabels);

/** A selector of the objects that have all of these labels. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
