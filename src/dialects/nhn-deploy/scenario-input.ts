import Type, { type Static } from 'typebox';
import {
  longestName,
  type NormalTask,
  type PreRunTask,
  type ScenarioContent,
  scenarioProblem,
  timeoutMinutes,
  type UserCommandTask,
  unnamedTask,
} from './scenario.ts';

/** An id, or a name within the artifact. */
const reference = Type.Union([Type.Integer(), Type.String()]);

/** One task as people write it. All kinds in one shape, because a message about the wrong field of a kind is better than one about a union. */
export const taskInput = Type.Object({
  type: Type.String({
    description: 'user-command, binary-deploy, or file-deploy; before the targets only user-command.',
  }),
  name: Type.Optional(
    Type.String({ description: `At most ${longestName} characters; default ${unnamedTask}.` }),
  ),
  timeoutMinutes: Type.Optional(Type.Number({ description: '1 to 120, default 30.' })),
  command: Type.Optional(
    Type.String({ description: 'user-command: one script for the shell of the group.' }),
  ),
  os: Type.Optional(Type.String({ description: 'Before the targets: LINUX (default) or WINDOWS.' })),
  server: Type.Optional(
    Type.String({ description: 'Before the targets: the host that the command runs on.' }),
  ),
  group: Type.Optional(reference),
  latest: Type.Optional(Type.Boolean({ description: 'binary-deploy: the newest binary of `group`.' })),
  binary: Type.Optional(Type.Integer({ description: 'binary-deploy: this binary.' })),
  variableAs: Type.Optional(
    Type.String({ description: 'binary-deploy: the name in $${binary.<name>.version}.' }),
  ),
  targetDirectory: Type.Optional(
    Type.String({ description: 'binary-deploy, file-deploy; ~ is the home of the agent.' }),
  ),
  files: Type.Optional(
    Type.Array(reference, { description: 'file-deploy: ids, or `file group/file name`.' }),
  ),
});

/** What a scenario does, as the declaration, the native API and an imported file say it. */
export const scenarioInput = Type.Object({
  preRun: Type.Optional(Type.Array(taskInput)),
  tasks: Type.Optional(Type.Array(taskInput)),
});

type TaskInput = Static<typeof taskInput>;
export type ScenarioInput = Static<typeof scenarioInput>;

/** Hears what is wrong, with its place relative to the scenario: `tasks/0/command`. */
export type Problem = (path: string, message: string) => void;

/** What the artifact has, for references by name and for the check that an id is its own. */
export interface ScenarioReferences {
  /** The id of a binary group, or of the one with this name. */
  group(reference: number | string): number | undefined;
  binary(key: number): number | undefined;
  /** The id of a resource file, or of the one with this `file group/file name`. */
  file(reference: number | string): number | undefined;
}

/** Reads a scenario (contract nhn-deploy 5.4); undefined when `problem` heard something. */
export function readScenario(
  input: ScenarioInput,
  references: ScenarioReferences,
  problem: Problem,
): ScenarioContent | undefined {
  let sound = true;
  const report: Problem = (path, message) => {
    sound = false;
    problem(path, message);
  };
  const preRun = (input.preRun ?? []).map((task, index) => readPreRun(task, `preRun/${index}`, report));
  const tasks = (input.tasks ?? []).map((task, index) =>
    readTask(task, `tasks/${index}`, references, report),
  );
  if (!sound) return undefined;
  const content = { preRun: preRun as PreRunTask[], tasks: tasks as NormalTask[] };
  const whole = scenarioProblem(content);
  if (whole) report(whole.path, whole.message);
  return whole ? undefined : content;
}

function readPreRun(task: TaskInput, path: string, problem: Problem): PreRunTask | undefined {
  if (/^jenkins/i.test(task.type)) {
    problem(`${path}/type`, 'Jenkins tasks are not supported yet; start the build by a user-command');
    return undefined;
  }
  if (task.type !== 'user-command') {
    problem(`${path}/type`, `a task before the targets is a user-command, not ${shown(task.type)}`);
    return undefined;
  }
  const command = readUserCommand(task, path, problem);
  const os = (task.os ?? 'LINUX').trim().toUpperCase();
  if (os !== 'LINUX' && os !== 'WINDOWS')
    problem(`${path}/os`, `should be LINUX or WINDOWS, not ${shown(task.os)}`);
  const server = (task.server ?? '').trim();
  if (!isHostName(server)) problem(`${path}/server`, 'should name the host that the command runs on');
  return { ...command, os: os as PreRunTask['os'], server };
}

function readTask(
  task: TaskInput,
  path: string,
  references: ScenarioReferences,
  problem: Problem,
): NormalTask | undefined {
  switch (task.type) {
    case 'user-command':
      return readUserCommand(task, path, problem);
    case 'binary-deploy':
      return {
        type: 'binary-deploy',
        ...readDeploy(task, path, problem),
        ...readBinary(task, path, references, problem),
      };
    case 'file-deploy':
      return {
        type: 'file-deploy',
        ...readDeploy(task, path, problem),
        files: readFiles(task, path, references, problem),
      };
    default: {
      const known = 'user-command, binary-deploy or file-deploy';
      problem(`${path}/type`, `should be ${known}, not ${shown(task.type)}`);
      return undefined;
    }
  }
}

function readCommon(
  task: TaskInput,
  path: string,
  problem: Problem,
): { name: string; timeoutMinutes: number } {
  const name = (task.name ?? '').trim() || unnamedTask;
  if ([...name].length > longestName)
    problem(`${path}/name`, `should have at most ${longestName} characters`);
  if (hasControl(name)) problem(`${path}/name`, 'should have no control characters');
  const minutes = task.timeoutMinutes ?? timeoutMinutes.usual;
  if (!Number.isInteger(minutes) || minutes < timeoutMinutes.least || minutes > timeoutMinutes.most) {
    const range = `${timeoutMinutes.least} to ${timeoutMinutes.most}`;
    problem(`${path}/timeoutMinutes`, `should be a whole number of minutes from ${range}`);
  }
  if ('runAs' in task) problem(`${path}/runAs`, 'commands run as the user of the agent; leave it out');
  return { name, timeoutMinutes: minutes };
}

const longestCommand = 262_144;

function readUserCommand(task: TaskInput, path: string, problem: Problem): UserCommandTask {
  const command = task.command ?? '';
  if (command.trim() === '') problem(`${path}/command`, 'should hold the script to run');
  if (command.length > longestCommand)
    problem(`${path}/command`, `should have at most ${longestCommand} characters`);
  if (command.includes('\0')) problem(`${path}/command`, 'should have no NUL character');
  return { type: 'user-command', ...readCommon(task, path, problem), command };
}

function readDeploy(task: TaskInput, path: string, problem: Problem) {
  const targetDirectory = (task.targetDirectory ?? '').trim();
  if (targetDirectory === '') problem(`${path}/targetDirectory`, 'should name a directory on the servers');
  if (targetDirectory.length > 1000)
    problem(`${path}/targetDirectory`, 'should have at most 1000 characters');
  if (hasControl(targetDirectory)) problem(`${path}/targetDirectory`, 'should have no control characters');
  return { ...readCommon(task, path, problem), targetDirectory };
}

function readBinary(task: TaskInput, path: string, references: ScenarioReferences, problem: Problem) {
  const variableAs = task.variableAs?.trim();
  if (variableAs && !/^[\p{L}\p{N}_.-]{1,50}$/u.test(variableAs)) {
    problem(`${path}/variableAs`, 'should be 1 to 50 letters, digits, dots, dashes or underscores');
  }
  const known = variableAs ? { variableAs } : {};
  if (task.binary !== undefined) {
    if (task.latest)
      problem(`${path}/latest`, 'a chosen binary and latest exclude each other; leave one out');
    const binary = references.binary(task.binary);
    if (binary === undefined) problem(`${path}/binary`, `the artifact has no binary ${task.binary}`);
    return { ...known, binary: binary ?? 0 };
  }
  if (task.latest === false) problem(`${path}/latest`, 'without latest the task should name its binary');
  const group = task.group === undefined ? undefined : references.group(task.group);
  if (task.group === undefined)
    problem(`${path}/group`, 'should name the binary group, or binary the one binary');
  else if (group === undefined)
    problem(`${path}/group`, `the artifact has no binary group ${shown(task.group)}`);
  return { ...known, group: group ?? 0 };
}

function readFiles(
  task: TaskInput,
  path: string,
  references: ScenarioReferences,
  problem: Problem,
): number[] {
  if (!task.files?.length) problem(`${path}/files`, 'should name at least one resource file');
  return (task.files ?? []).map((file, index) => {
    const id = references.file(file);
    if (id === undefined)
      problem(`${path}/files/${index}`, `the artifact has no resource file ${shown(file)}`);
    return id ?? 0;
  });
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 100) ?? 'nothing';

/** A name that a host can have: 1 to 200 characters, no control characters, slashes and commas. */
export function isHostName(name: string): boolean {
  return name.length > 0 && name.length <= 200 && !/[/,]/.test(name) && !hasControl(name);
}

/** Whether the text holds a control character, NUL among them. */
export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
