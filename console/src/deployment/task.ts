import type { Plan, Step } from '../api.ts';

/** What a task was told to do, for people: its text, if it runs one, and everything else by name. */
export interface Task {
  readonly text: string | undefined;
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

/** The step of a plan that a cell of the matrix stands for; undefined in a stage that was planned while it ran. */
export function plannedStep(plan: Plan, stage: number, host: string | null, index: number): Step | undefined {
  const planned = plan.stages[stage];
  return ((host !== null && planned?.stepsByHost?.[host]) || planned?.steps)?.[index];
}

/** Said elsewhere on the page, or of no use to people. */
const untold = new Set(['where', 'kind', 'name', 'secrets', 'text']);

/** Reads a step without knowing its kind: a kind that comes later is shown as well. */
export function taskOf(step: Step): Task {
  const fields = Object.entries(step).filter(([name, value]) => !untold.has(name) && value !== undefined);
  return {
    text: 'text' in step ? step.text : undefined,
    settings: fields.map(([name, value]) => ({ name: words(name), value: shown(value) })),
  };
}

/** `timeoutSeconds` reads `timeout seconds`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name}=${shown(inner)}`)
    .join(' ');
}
