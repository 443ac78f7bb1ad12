import type { Reader } from '../../storage/index.ts';
import type { ChosenBinary } from './chosen-binaries.ts';
import type { ScenarioContent } from './scenario.ts';
import type { Artifact } from './store/artifact.ts';
import { scenarioSecrets } from './store/scenario.ts';
import type { ServerGroup } from './store/server-group.ts';
import { type BinaryValues, replaceVariables, type VariableValues } from './variables.ts';

/** What the variables of one deployment stand for. */
export async function variableValues(
  reader: Reader,
  from: {
    order: { readonly scenarioId: number; readonly executor: string };
    artifact: Artifact;
    serverGroup: ServerGroup;
    content: ScenarioContent;
    chosen: ReadonlyMap<number, ChosenBinary>;
    now: number;
    timeZone: string;
  },
): Promise<VariableValues> {
  const secrets = await scenarioSecrets(reader, from.order.scenarioId);
  const values = {
    artifact: { id: from.artifact.id, name: from.artifact.name },
    serverGroup: { id: from.serverGroup.id, name: from.serverGroup.name },
    executor: from.order.executor,
    timestamp: from.now,
    timeZone: from.timeZone,
    secrets: new Map(secrets.map((secret) => [secret.name, secret.secretId])),
  };
  const raw = binaryValues(from.content, from.chosen, (directory) => directory);
  // A target directory may hold variables itself, those of its own binary among them.
  const binaries = binaryValues(from.content, from.chosen, (directory) =>
    replaceVariables(directory, { ...values, binaries: raw }),
  );
  return { ...values, binaries };
}

function binaryValues(
  content: ScenarioContent,
  chosen: ReadonlyMap<number, ChosenBinary>,
  directory: (text: string) => string,
): Map<string, BinaryValues> {
  const values = new Map<string, BinaryValues>();
  for (const [index, { binary, group }] of chosen) {
    const task = content.tasks[index];
    if (task?.type !== 'binary-deploy' || task.variableAs === undefined) continue;
    values.set(task.variableAs, {
      version: binary.version,
      key: binary.id,
      name: binary.name,
      targetDirectory: directory(task.targetDirectory),
      groupKey: binary.binary_group_id,
      groupName: group?.name ?? '',
    });
  }
  return values;
}
