import Type, { type Static } from 'typebox';
import type { Reader } from '../../storage/index.ts';
import { type ScenarioInput, scenarioInput } from './scenario-input.ts';
import { scenarioReferences } from './scenario-references.ts';
import { scenarioAsInput } from './scenarios.ts';
import type { Artifact } from './store/artifact.ts';
import { listBinaryGroups } from './store/binary-group.ts';
import { resourceFiles } from './store/resource.ts';
import type { Scenario } from './store/scenario.ts';

/** An exported scenario: groups and files by name, so that it fits other artifacts too. */
export const scenarioFile = Type.Object({
  name: Type.String(),
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  ...scenarioInput.properties,
});

export type ScenarioFile = Static<typeof scenarioFile>;

/** The scenario as a file. Secrets are not part of it. */
export async function exportScenario(
  reader: Reader,
  artifact: Artifact,
  scenario: Scenario,
): Promise<ScenarioFile> {
  const groups = new Map(
    (await listBinaryGroups(reader, artifact.id)).map((group) => [group.id, group.name]),
  );
  const files = new Map(
    (await resourceFiles(reader, artifact.id)).map((file) => [file.id, `${file.groupName}/${file.name}`]),
  );
  const { preRun, tasks } = scenarioAsInput(scenario.content);
  return {
    name: scenario.name,
    description: scenario.description,
    preRun,
    tasks: tasks.map((task) => ({
      ...task,
      ...(typeof task.group === 'number' ? { group: groups.get(task.group) ?? task.group } : {}),
      ...(task.files
        ? { files: task.files.map((file) => (typeof file === 'number' ? (files.get(file) ?? file) : file)) }
        : {}),
    })),
  };
}

/** A task of an imported file that was made to fit. */
export interface Replacement {
  readonly path: string;
  readonly message: string;
}

/**
 * The tasks of a file for another artifact. Groups and binaries that it has not are not kept (contract nhn-deploy
 * 5.4): such a task deploys the newest binary of the artifact's default group, and `replaced` says so.
 */
export async function fitToArtifact(
  reader: Reader,
  artifact: Artifact,
  file: ScenarioInput,
): Promise<{ input: ScenarioInput; replaced: Replacement[] }> {
  const keys = (file.tasks ?? []).flatMap((task) => task.binary ?? []);
  const references = await scenarioReferences(reader, artifact.id, keys);
  const replaced: Replacement[] = [];
  const tasks = (file.tasks ?? []).map((task, index) => {
    if (task.type !== 'binary-deploy') return task;
    const { binary, group, latest, ...rest } = task;
    const known =
      binary !== undefined ? references.binary(binary) : group !== undefined && references.group(group);
    if (known) return task;
    const missing = binary !== undefined ? `binary ${binary}` : `binary group ${JSON.stringify(group)}`;
    const message = `the artifact has no ${missing}; the newest binary of its default group is deployed instead`;
    replaced.push({ path: `tasks/${index}`, message });
    return { ...rest, latest: true, group: artifact.default_binary_group_id ?? 0 };
  });
  return { input: { preRun: file.preRun ?? [], tasks }, replaced };
}
