import type { Plan, Stage, Step } from '../../engine/index.ts';
import type { NormalTask, ScenarioContent, UserCommandTask } from './scenario.ts';
import { placeholdersIn, replaceVariables, type VariableValues } from './variables.ts';

/** The name of the check before the first task of a server (contract nhn-deploy 4.3). */
export const agentCheck = 'agent check';

/** A file that a step fetches from the blob store. */
export interface DeployableFile {
  readonly sha256: string;
  readonly size: number;
  readonly fileName: string;
}

/** Everything that a deployment depends on, read at its start; later changes of any of it do not reach the run. */
export interface CompileInput {
  readonly content: ScenarioContent;
  readonly values: VariableValues;
  /** The shell that runs commands on the targets. */
  readonly shell: string;
  /** Host names in group order. */
  readonly targets: readonly string[];
  /** 0: all at once. */
  readonly concurrency: number;
  readonly nextWhenFail: boolean;
  /** The binary of each Binary Deploy task, by the task's place in `content.tasks`. */
  readonly binaries: ReadonlyMap<number, DeployableFile>;
  /** The newest revision of each resource file, by the file's id. */
  readonly files: ReadonlyMap<number, DeployableFile>;
}

/** Which steps of a host run make up a task: `from` up to but not including `to`. Step 0 is the check. */
export interface LayoutTask {
  readonly orderNo: number;
  readonly name: string;
  readonly type: NormalTask['type'];
  readonly from: number;
  readonly to: number;
}

/** The tasks behind the steps of one stage; `planStage` is null when the stage has nothing to do on its hosts. */
export interface LayoutStage {
  readonly planStage: number | null;
  readonly hosts: readonly string[];
  readonly tasks: readonly LayoutTask[];
}

/** How the steps of a plan are told as tasks; kept with the deployment. */
export type Layout = readonly LayoutStage[];

/** A command or directory that does not fit into a step once its variables are replaced. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}

const longestText = 1_048_576;
const longestDirectory = 4096;
const checkSeconds = 60;
const defaultShells = { LINUX: '/bin/bash', WINDOWS: 'powershell' } as const;

/** The shell of a server group, or of a server of its own, that names none (contract nhn-deploy 5.4). */
export function defaultShell(os: 'LINUX' | 'WINDOWS'): string {
  return defaultShells[os];
}

/**
 * Makes the plan of a deployment (contract nhn-deploy 5.4): the pre-run tasks in order, each on its own server, then
 * the targets, each with its check and the normal tasks. Pure. Throws CompileError.
 */
export function compile(input: CompileInput): { plan: Plan; layout: Layout } {
  const stages: Stage[] = [];
  const layout: LayoutStage[] = [];
  for (const block of preRunBlocks(input.content)) {
    const shell = defaultShell(block.os);
    const compiled = compileTasks(block.tasks, block.firstOrderNo, (task) => [
      script(task, shell, input.values),
    ]);
    layout.push({ planStage: stages.length, hosts: [block.server], tasks: compiled.tasks });
    stages.push({
      name: `pre-run ${stages.length + 1}`,
      hosts: [block.server],
      onFailure: 'stop',
      steps: [checkStep(shell), ...compiled.steps],
    });
  }
  const compiled = compileTasks(input.content.tasks, 1, (task, index) => normalSteps(task, index, input));
  const idle = compiled.steps.length === 0;
  layout.push({ planStage: idle ? null : stages.length, hosts: input.targets, tasks: compiled.tasks });
  if (!idle) {
    stages.push({
      name: 'servers',
      hosts: [...input.targets],
      concurrency: Math.min(input.concurrency, input.targets.length),
      onFailure: input.nextWhenFail || startsAll(input) ? 'continue' : 'stop',
      steps: [checkStep(input.shell), ...compiled.steps],
    });
  }
  return { plan: { stages }, layout };
}

/** Then a failure has nothing left to stop (contract nhn-deploy 4.2), also where a server still waits for its lock. */
function startsAll({ concurrency, targets }: CompileInput): boolean {
  return concurrency === 0 || concurrency >= targets.length;
}

interface PreRunBlock {
  readonly server: string;
  readonly os: 'LINUX' | 'WINDOWS';
  readonly firstOrderNo: number;
  readonly tasks: UserCommandTask[];
}

/** Neighbours on one server share a stage, so that its lock is taken and its shell is checked once. */
function preRunBlocks(content: ScenarioContent): PreRunBlock[] {
  const blocks: PreRunBlock[] = [];
  for (const [index, task] of content.preRun.entries()) {
    const last = blocks.at(-1);
    if (last && last.server === task.server && last.os === task.os) last.tasks.push(task);
    else blocks.push({ server: task.server, os: task.os, firstOrderNo: index + 1, tasks: [task] });
  }
  return blocks;
}

function compileTasks<Task extends NormalTask>(
  tasks: readonly Task[],
  firstOrderNo: number,
  stepsOf: (task: Task, index: number) => Step[],
): { steps: Step[]; tasks: LayoutTask[] } {
  const steps: Step[] = [];
  const told = tasks.map((task, index) => {
    const from = steps.length + 1;
    steps.push(...stepsOf(task, index));
    return { orderNo: firstOrderNo + index, name: task.name, type: task.type, from, to: steps.length + 1 };
  });
  return { steps, tasks: told };
}

function normalSteps(task: NormalTask, index: number, input: CompileInput): Step[] {
  switch (task.type) {
    case 'user-command':
      return [script(task, input.shell, input.values)];
    case 'binary-deploy':
      return [putFile(task, required(input.binaries.get(index), 'binary'), input.values)];
    case 'file-deploy':
      return task.files.map((id) =>
        putFile(task, required(input.files.get(id), `resource file ${id}`), input.values),
      );
  }
}

function required(file: DeployableFile | undefined, what: string): DeployableFile {
  if (!file) throw new CompileError(`a task names a ${what} that is not there`);
  return file;
}

/** Fails when the host has no such shell; the agent that runs it has answered. */
export function checkStep(shell: string): Step {
  return { where: 'agent', kind: 'check-shell', name: agentCheck, timeoutSeconds: checkSeconds, shell };
}

function script(task: UserCommandTask, shell: string, values: VariableValues): Step {
  const text = replaceVariables(task.command, values);
  if (text.length > longestText)
    throw new CompileError(`the command of task ${task.name} is longer than ${longestText} characters`);
  return { where: 'agent', kind: 'script', ...common(task, text, values), shell, text };
}

function putFile(
  task: Exclude<NormalTask, UserCommandTask>,
  file: DeployableFile,
  values: VariableValues,
): Step {
  const directory = replaceVariables(task.targetDirectory, values);
  if (directory.length > longestDirectory)
    throw new CompileError(
      `the directory of task ${task.name} is longer than ${longestDirectory} characters`,
    );
  const blob = { sha256: file.sha256, size: file.size };
  return {
    where: 'agent',
    kind: 'put-file',
    ...common(task, directory, values),
    blob,
    directory,
    fileName: file.fileName,
  };
}

function common(task: NormalTask, text: string, values: VariableValues) {
  const secrets = placeholdersIn([text], values);
  return {
    name: task.name,
    timeoutSeconds: task.timeoutMinutes * 60,
    ...(secrets.length ? { secrets } : {}),
  };
}
