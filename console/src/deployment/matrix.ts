import type { HostRunView, StageView, StepRunView } from '../api.ts';

/** One task of a stage: the steps of the same kind and name on its hosts. */
export interface Column {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
}

/** What one host does of a stage. `cells` has one entry for each column, undefined where the host has no such task. */
export interface Row {
  readonly hostRun: HostRunView;
  readonly cells: readonly (StepRunView | undefined)[];
}

/** A stage as servers × tasks. */
export interface Matrix {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/**
 * Hosts of one stage may have different steps (a plan's `stepsByHost`), so a task is known by its kind, its name and
 * how often that pair stood before; the order of tasks is kept on every host.
 */
export function matrixOf(stage: StageView): Matrix {
  const columns: Column[] = [];
  const keyed = stage.hostRuns.map((hostRun) => ({ hostRun, steps: byKey(hostRun.steps) }));
  for (const { steps } of keyed) {
    let after = 0;
    for (const [key, step] of steps) {
      const known = columns.findIndex((column) => column.key === key);
      if (known < 0) columns.splice(after, 0, { key, name: step.name, kind: step.kind });
      after = (known < 0 ? after : known) + 1;
    }
  }
  return {
    columns,
    rows: keyed.map(({ hostRun, steps }) => ({ hostRun, cells: columns.map(({ key }) => steps.get(key)) })),
  };
}

function byKey(steps: readonly StepRunView[]): Map<string, StepRunView> {
  const keyed = new Map<string, StepRunView>();
  for (const step of steps) {
    let occurrence = 0;
    while (keyed.has(`${step.kind} ${occurrence} ${step.name}`)) occurrence += 1;
    keyed.set(`${step.kind} ${occurrence} ${step.name}`, step);
  }
  return keyed;
}
