import type { SecretVault } from '../storage/index.ts';
import type { AgentStep } from './steps/index.ts';

type Steps = readonly { readonly index: number; readonly step: AgentStep }[];

/** Steps with their secrets put in, and the values that output must not show. */
export interface FilledSteps {
  readonly steps: Steps;
  readonly masked: readonly string[];
}

/** The ids of the secrets that steps name, each once. */
export function secretIds(steps: readonly AgentStep[]): number[] {
  return [...new Set(steps.flatMap((step) => step.secrets?.map((secret) => secret.secretId) ?? []))];
}

/** Puts secrets in. Undefined when one of them is gone. */
export async function fillSecrets(vault: SecretVault, steps: Steps): Promise<FilledSteps | undefined> {
  const ids = secretIds(steps.map(({ step }) => step));
  if (ids.length === 0) return { steps, masked: [] };
  const values = await vault.reveal(ids);
  if (ids.some((id) => !values.has(id))) return undefined;
  return {
    steps: steps.map(({ index, step }) => ({ index, step: fillStep(step, values) })),
    masked: maskedValues([...values.values()]),
  };
}

/** Shorter lines of a longer value (`}`, `--`) say nothing, and masking them would make output unreadable. */
const shortestLine = 4;

/** A value of several lines is masked line by line too, as programs print it. Empty text can't be masked. Longest first. */
export function maskedValues(values: readonly string[]): string[] {
  const lines = values.flatMap((value) => value.split(/\r?\n/)).filter((line) => line.length >= shortestLine);
  const texts = [...values, ...lines].filter((text) => text.trim() !== '');
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
}

function fillStep(step: AgentStep, values: ReadonlyMap<number, string>): AgentStep {
  const { secrets, ...rest } = step;
  if (!secrets) return step;
  const fill = (text: string): string => {
    let filled = text;
    for (const { placeholder, secretId } of secrets) {
      filled = filled.replaceAll(placeholder, () => values.get(secretId) ?? '');
    }
    return filled;
  };
  return fillValue(rest, fill) as AgentStep;
}

function fillValue(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((item) => fillValue(item, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, fill)]));
}
