import type { KubernetesObject } from './object.ts';

/** Objects of a plan, whose texts hold placeholders for secrets of the vault. */
export interface ApplyInput {
  readonly objects: readonly KubernetesObject[];
  readonly secrets: readonly { readonly placeholder: string; readonly secretId: number }[];
}

/**
 * The objects as the cluster gets them: secrets filled in, and `stringData` of Secrets as `data`, because server-side
 * apply keeps no account of `stringData`. Pure.
 */
export function filledObjects(
  { objects, secrets }: ApplyInput,
  values: ReadonlyMap<number, string>,
): KubernetesObject[] {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return secrets.reduce(
        (text, { placeholder, secretId }) => text.split(placeholder).join(values.get(secretId) ?? ''),
        value,
      );
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fill(field)]));
  };
  return objects.map((object) => {
    const filled = (secrets.length === 0 ? object : fill(object)) as KubernetesObject;
    if (filled.kind !== 'Secret') return filled;
    const { stringData, data, ...rest } = filled as KubernetesObject & {
      stringData?: Readonly<Record<string, string>>;
      data?: Readonly<Record<string, string>>;
    };
    const encoded = Object.entries(stringData ?? {}).map(([name, text]) => [
      name,
      Buffer.from(text).toString('base64'),
    ]);
    return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } } as KubernetesObject;
  });
}
