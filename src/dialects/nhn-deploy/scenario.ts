/** The longest scenario and task names, in characters (contract nhn-deploy 5.2). */
export const longestName = 50;
/** A task without a name is shown so (contract nhn-deploy 3.5). */
export const unnamedTask = 'unnamed';
/** Task timeouts in minutes (contract nhn-deploy 5.2). */
export const timeoutMinutes = { least: 1, most: 120, usual: 30 } as const;

/** Runs a text as one script in a shell. */
export interface UserCommandTask {
  readonly type: 'user-command';
  readonly name: string;
  readonly timeoutMinutes: number;
  readonly command: string;
}

/** Once per deployment, on one server that need not be in the group, before any target starts. */
export interface PreRunTask extends UserCommandTask {
  readonly os: 'LINUX' | 'WINDOWS';
  readonly server: string;
}

/** Puts a chosen binary, or the newest one of a binary group, into a directory. */
export interface BinaryDeployTask {
  readonly type: 'binary-deploy';
  readonly name: string;
  readonly timeoutMinutes: number;
  readonly targetDirectory: string;
  /** The name by which variables mean this binary. */
  readonly variableAs?: string;
  /** Exactly one of `binary` and `group` is there; `group` means its newest binary. */
  readonly binary?: number;
  readonly group?: number;
}

/** Puts the newest revision of each resource file into a directory. */
export interface FileDeployTask {
  readonly type: 'file-deploy';
  readonly name: string;
  readonly timeoutMinutes: number;
  readonly targetDirectory: string;
  /** Ids of resource files, in order. */
  readonly files: readonly number[];
}

/** A task that runs on the servers of the group. */
export type NormalTask = UserCommandTask | BinaryDeployTask | FileDeployTask;

/** What a scenario does, as it is stored, exported and snapshotted; binaries, groups and files by id. */
export interface ScenarioContent {
  readonly preRun: readonly PreRunTask[];
  readonly tasks: readonly NormalTask[];
}

/** The most steps that one server gets in one stage (`src/engine/plan.ts`), the check before the first task counted. */
const mostSteps = 200;

/** What is wrong with a scenario as a whole; readers of its parts have looked at each task already. */
export function scenarioProblem(content: ScenarioContent): { path: string; message: string } | undefined {
  const taken = new Set<string>();
  for (const [index, task] of content.tasks.entries()) {
    if (task.type !== 'binary-deploy' || task.variableAs === undefined) continue;
    if (taken.has(task.variableAs)) {
      const message = `another Binary Deploy task is known as ${task.variableAs} already; choose another name`;
      return { path: `tasks/${index}/variableAs`, message };
    }
    taken.add(task.variableAs);
  }
  const steps = content.tasks.reduce(
    (sum, task) => sum + (task.type === 'file-deploy' ? task.files.length : 1),
    1,
  );
  if (steps > mostSteps || content.preRun.length >= mostSteps) {
    return {
      path: 'tasks',
      message: `a scenario has at most ${mostSteps - 1} tasks, each resource file counted`,
    };
  }
  return undefined;
}
