import type { HostRunView, RolloutView, StepRunView } from '../engine/index.ts';
import { cell, durationCell, formatTable, timeCell } from './table.ts';

/** A rollout for people: its head, and for each stage who did what. */
export function describeRollout(rollout: RolloutView, now: number): string {
  const head = [
    ['rollout', rollout.id],
    ['title', cell(rollout.title)],
    ['state', withReason(rollout.state, rollout.reasonText)],
    ['asked by', `${cell(rollout.requestedBy)} through ${rollout.owner.dialect}`],
    ['accepted', timeCell(rollout.acceptedAt)],
    ['took', durationCell(rollout.startedAt, rollout.endedAt, now)],
  ];
  const width = Math.max(...head.map(([name]) => name?.length ?? 0));
  const lines = head.map(([name = '', value]) => `${name.padEnd(width)}  ${value}`);
  const stages = rollout.stages.map((stage) => {
    const title = `${stage.index + 1}. ${cell(stage.name)}${stage.compensation ? ' (compensation)' : ''}`;
    return `\n${title}\n${formatTable(
      ['host', 'task', 'state', 'exit', 'took'],
      stage.hostRuns.flatMap((run) => rows(run, now)),
    )}`;
  });
  return [...lines, ...stages].join('\n');
}

function rows(run: HostRunView, now: number): string[][] {
  const host = run.host ?? 'server';
  const whole = [
    host,
    '',
    withReason(run.state, run.reasonText),
    '',
    durationCell(run.startedAt, run.endedAt, now),
  ];
  return [
    whole,
    ...run.steps.map((step) => [
      '',
      cell(step.name),
      stepState(step),
      cell(step.exitCode),
      durationCell(step.startedAt, step.endedAt, now),
    ]),
  ];
}

/** The state with what is known about why. */
export function stepState(step: StepRunView): string {
  return withReason(step.state, step.reasonText);
}

function withReason(state: string, reason: string | null): string {
  return reason ? `${state} (${cell(reason)})` : state;
}

/** What is different between two views of one rollout, a line each: what a state was made of stands before it. */
export function transitions(before: RolloutView | undefined, after: RolloutView): string[] {
  const runs = after.stages.flatMap((stage, index) => {
    const earlier = new Map(before?.stages[index]?.hostRuns.map((run) => [run.id, run]));
    return stage.hostRuns.flatMap((run) => runTransitions(stage.name, earlier.get(run.id), run));
  });
  if (before?.state === after.state) return runs;
  const own = `rollout ${withReason(after.state, after.reasonText)}`;
  return after.endedAt === null ? [own, ...runs] : [...runs, own];
}

function runTransitions(stage: string, before: HostRunView | undefined, after: HostRunView): string[] {
  const place = `${after.host ?? 'server'} · ${cell(stage)}`;
  const steps = after.steps.flatMap((step) => {
    const earlier = before?.steps.find(({ index }) => index === step.index)?.state ?? 'pending';
    return earlier === step.state ? [] : [`${place} · ${cell(step.name)}: ${stepState(step)}`];
  });
  const own =
    (before?.state ?? 'waiting') === after.state || after.state === 'leased' || after.state === 'running'
      ? []
      : [`${place}: ${withReason(after.state, after.reasonText)}`];
  return [...steps, ...own];
}
