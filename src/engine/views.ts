import type { Reader } from '../storage/index.ts';
import type { HostRunView, RolloutSummary, RolloutView, StageView, StepRunView } from './engine.ts';
import type { Step } from './plan.ts';
import type { PlanBook } from './plan-book.ts';
import type { HostRunRow, RolloutRow, StepRunRow } from './rows.ts';
import { hostRunEnded } from './states.ts';
import type { EngineTables } from './tables.ts';

/** A rollout's row as readers see it. */
export function summary(row: RolloutRow): RolloutSummary {
  return {
    id: row.id,
    owner: { dialect: row.dialect, noun: row.noun, id: row.owner_id },
    title: row.title,
    resource: row.resource,
    requestedBy: row.requested_by,
    state: row.state,
    reason: row.reason,
    reasonText: row.reason_text,
    acceptedAt: row.accepted_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** The rollout with all its stages, host runs and steps, from one snapshot. */
export async function readView(
  reader: Reader,
  plans: PlanBook,
  rolloutId: string,
): Promise<RolloutView | undefined> {
  const tables = reader.tables<EngineTables>();
  const row = await tables.selectFrom('rollout').selectAll().where('id', '=', rolloutId).executeTakeFirst();
  if (!row) return undefined;
  const { plan } = await plans.plan(reader, row);
  const expansions = await tables
    .selectFrom('stage_run')
    .select(['stage', 'expansion'])
    .where('rollout', '=', row.number)
    .orderBy('stage')
    .execute();
  const hostRuns = await tables
    .selectFrom('host_run')
    .selectAll()
    .where('rollout', '=', row.number)
    .orderBy('stage')
    .orderBy('position')
    .execute();
  const stepRuns = await tables
    .selectFrom('step_run')
    .innerJoin('host_run', 'host_run.id', 'step_run.host_run')
    .selectAll('step_run')
    .where('host_run.rollout', '=', row.number)
    .execute();
  const byHostRun = new Map<number, StepRunRow[]>();
  for (const stepRun of stepRuns) {
    const list = byHostRun.get(stepRun.host_run);
    if (list) list.push(stepRun);
    else byHostRun.set(stepRun.host_run, [stepRun]);
  }
  const stages: StageView[] = plan.stages.map((stage, index) => ({
    index,
    name: stage.name,
    compensation: stage.compensation ?? false,
    hostRuns: hostRuns
      .filter((hostRun) => hostRun.stage === index)
      .map((hostRun) => {
        const steps = plans.steps(plan, index, hostRun.host, expansions[index]?.expansion ?? null);
        return hostRunView(hostRun, steps, byHostRun.get(hostRun.id) ?? []);
      }),
  }));
  return { ...summary(row), stages };
}

function hostRunView(row: HostRunRow, steps: readonly Step[], stepRuns: readonly StepRunRow[]): HostRunView {
  return {
    id: row.id,
    host: row.host,
    position: row.position,
    state: row.state,
    reason: row.reason,
    reasonText: row.reason_text,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    steps: steps.map((step, index) =>
      stepRunView(
        index,
        step,
        stepRuns.find((stepRun) => stepRun.step === index),
        hostRunEnded(row.state),
      ),
    ),
  };
}

function stepRunView(index: number, step: Step, row: StepRunRow | undefined, over: boolean): StepRunView {
  return {
    index,
    kind: step.kind,
    name: step.name,
    state: row?.state ?? (over ? 'skipped' : 'pending'),
    exitCode: row?.exit_code ?? null,
    reason: row?.reason ?? null,
    reasonText: row?.reason_text ?? null,
    startedAt: row?.started_at ?? null,
    endedAt: row?.ended_at ?? null,
    stdoutBytes: row?.stdout_bytes ?? 0,
    stderrBytes: row?.stderr_bytes ?? 0,
  };
}
