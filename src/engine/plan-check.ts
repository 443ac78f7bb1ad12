import Type from 'typebox';
import { Value } from 'typebox/value';
import { CoreError } from '../errors/index.ts';
import { hostNameMistake } from './host-name.ts';
import { type Plan, plan as planSchema, type Stage, step as stepSchema } from './plan.ts';

/** Throws `invalid` with the path of the mistake when the plan breaks a rule (design 3.2). */
export function checkPlan(plan: Plan): void {
  checkShape(planSchema, plan, '');
  const names = new Set<string>();
  for (const [index, stage] of plan.stages.entries()) {
    const path = `stages/${index}`;
    if (names.has(stage.name)) refuse(`${path}/name`, `two stages are called ${stage.name}`);
    names.add(stage.name);
    checkStage(stage, path);
  }
  if (!plan.stages.some((stage) => !stage.compensation))
    refuse('stages', 'at least one must not be a compensation');
  checkUnique(plan.locks?.map((lock) => lock.name) ?? [], 'locks');
}

/** What is wrong with the steps of an expansion, or undefined. */
export function checkSteps(steps: unknown, onHosts: boolean): string | undefined {
  try {
    checkShape(stepList, steps, 'steps');
    if (!onHosts) checkServerOnly(steps as Stage['steps'], 'steps');
    return undefined;
  } catch (error) {
    if (error instanceof CoreError) return error.message;
    throw error;
  }
}

const stepList = Type.Array(stepSchema, { minItems: 1, maxItems: 200 });

function checkStage(stage: Stage, path: string): void {
  if (stage.final && stage.compensation) refuse(`${path}/final`, 'a compensation cannot be final');
  if (stage.deferred && (stage.steps || stage.stepsByHost)) {
    refuse(`${path}/deferred`, 'a deferred stage gets its steps from its owner and must not carry any');
  }
  if (!stage.hosts) {
    if (stage.stepsByHost) refuse(`${path}/stepsByHost`, 'a stage without hosts has no steps by host');
    if (stage.select) refuse(`${path}/select`, 'a stage without hosts has nobody to select');
    if (!stage.deferred && !stage.steps) refuse(`${path}/steps`, 'a stage needs steps or has to be deferred');
    checkServerOnly(stage.steps, `${path}/steps`);
    return;
  }
  checkUnique(stage.hosts, `${path}/hosts`);
  for (const [index, host] of stage.hosts.entries()) {
    const mistake = hostNameMistake(host);
    if (mistake !== undefined) refuse(`${path}/hosts/${index}`, mistake);
    if (!stage.deferred && !stage.steps && !Object.hasOwn(stage.stepsByHost ?? {}, host)) {
      refuse(`${path}/steps`, `the host ${host} has no steps`);
    }
  }
  const listed = new Set(stage.hosts);
  for (const host of Object.keys(stage.stepsByHost ?? {})) {
    if (!listed.has(host)) refuse(`${path}/stepsByHost/${host}`, 'the stage does not list this host');
  }
}

function checkServerOnly(steps: Stage['steps'], path: string): void {
  const index = steps?.findIndex((step) => step.where === 'agent') ?? -1;
  if (index >= 0) refuse(`${path}/${index}`, 'a stage without hosts has steps of the server only');
}

function checkUnique(names: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) refuse(`${path}/${index}`, `${name} stands there twice`);
    seen.add(name);
  }
}

function checkShape(schema: Type.TSchema, value: unknown, prefix: string): void {
  if (Value.Check(schema, value)) return;
  const [first] = Value.Errors(schema, value);
  const path = `${prefix}${first?.instancePath ?? ''}`.replace(/^\//, '');
  refuse(path || 'plan', first?.message ?? 'is not a plan');
}

function refuse(path: string, mistake: string): never {
  throw new CoreError('invalid', `The plan is wrong at ${path}: ${mistake}.`, { path });
}
