import type { KubernetesObject } from './object.ts';

/** Shorter values say nothing, and would make holes in every sentence. */
const shortestHidden = 4;

/** Takes what stands in a Secret out of a text about it: what an API server, or a proxy before it, says may repeat it. Pure. */
export function withoutValues(text: string, { kind, data }: KubernetesObject): string {
  if (kind !== 'Secret') return text;
  const encoded = Object.values((data ?? {}) as Readonly<Record<string, string>>);
  return encoded
    .flatMap((value) => {
      const plain = Buffer.from(value, 'base64').toString('utf8');
      // Quoted, line breaks and quotation marks look different.
      return [value, plain, JSON.stringify(plain).slice(1, -1)];
    })
    .filter((value) => value.length >= shortestHidden)
    .sort((one, other) => other.length - one.length)
    .reduce((left, value) => left.replaceAll(value, () => '***'), text);
}
