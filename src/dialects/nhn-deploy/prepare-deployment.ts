import type { Plan } from '../../engine/index.ts';
import type { Blob, Reader } from '../../storage/index.ts';
import { CompileError, compile, type DeployableFile } from './compile.ts';
import type { Snapshot } from './deployment-snapshot.ts';
import { refusal } from './errors.ts';
import type { RunRequest } from './run-request.ts';
import type { ScenarioContent } from './scenario.ts';
import { chooseServers } from './server-lines.ts';
import { type Artifact, artifactById } from './store/artifact.ts';
import type { Binary, BinaryTables } from './store/binary.ts';
import { latestBinary } from './store/binary.ts';
import { type BinaryGroup, binaryGroupById } from './store/binary-group.ts';
import { resourceFiles } from './store/resource.ts';
import { mappedScenario, scenarioSecrets } from './store/scenario.ts';
import { type ServerGroup, serverGroupById, serversOf } from './store/server-group.ts';
import { type BinaryValues, replaceVariables, type VariableValues } from './variables.ts';

/** Who wants which scenario to run where. */
export interface RunOrder {
  readonly projectId: number;
  readonly artifactId: number;
  readonly serverGroupId: number;
  readonly scenarioId: number;
  /** The name of the principal that asks. */
  readonly executor: string;
  readonly request: Pick<RunRequest, 'targets' | 'concurrentNum' | 'nextWhenFail' | 'deployNote'>;
  /** Runs this instead of what the scenario is now: an earlier deployment, again. */
  readonly again?: { readonly scenarioName: string; readonly content: ScenarioContent };
}

/** A deployment that may start: everything that it depends on was read from one snapshot. */
export interface PreparedDeployment {
  readonly order: RunOrder;
  readonly artifact: Artifact;
  readonly serverGroup: ServerGroup;
  readonly scenarioName: string;
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  /** The binaries of the Binary Deploy tasks, in task order. */
  readonly binaries: readonly Binary[];
  /** The bytes that the run needs, each once. */
  readonly blobs: readonly Blob[];
}

/**
 * Looks everything up and compiles, in the contract's order of checks (nhn-deploy 3.5, 5.4). `now` is epoch
 * milliseconds: the deployment's one timestamp. Throws refusals; nothing is written.
 */
export async function prepareDeployment(
  reader: Reader,
  order: RunOrder,
  now: number,
  timeZone: string,
): Promise<PreparedDeployment> {
  const artifact = await artifactById(reader, order.projectId, order.artifactId);
  if (!artifact) throw refusal('NOT_FOUND_ARTIFACT_INFO');
  const serverGroup = await serverGroupById(reader, artifact.id, order.serverGroupId);
  if (!serverGroup) throw refusal('NOT_FOUND_SERVER_GROUP');
  const { scenarioName, content } = order.again ?? (await currentScenario(reader, order));
  const servers = await serversOf(reader, serverGroup.id);
  const choice = chooseServers(servers, order.request.targets);
  if ('unknown' in choice) {
    throw refusal(
      'BAD_REQUEST',
      `server group ${serverGroup.name} has no server ${choice.unknown.slice(0, 200)}`,
    );
  }
  requireRunnable(artifact, servers.length, content);
  const chosen = await chooseBinaries(reader, artifact.id, content);
  const values = await variableValues(reader, {
    order,
    artifact,
    serverGroup,
    content,
    chosen,
    now,
    timeZone,
  });
  const files = await filesOf(reader, artifact.id, content);
  const targets = choice.chosen.map((server) => server.hostname);
  const { plan, layout } = compiled(() =>
    compile({
      content,
      values,
      shell: serverGroup.shell,
      targets,
      concurrency: order.request.concurrentNum,
      nextWhenFail: order.request.nextWhenFail,
      binaries: new Map([...chosen].map(([task, { binary }]) => [task, deployable(binary)])),
      files,
    }),
  );
  const blobs = new Map(
    [...[...chosen.values()].map(({ binary }) => deployable(binary)), ...files.values()].map((file) => [
      file.sha256,
      { sha256: file.sha256, size: file.size },
    ]),
  );
  return {
    order,
    artifact,
    serverGroup,
    scenarioName,
    plan,
    snapshot: {
      content,
      binaries: [...chosen].map(([task, { binary }]) => ({ task, binary: binary.id })),
      targets: order.request.targets ? targets : null,
      concurrentNum: order.request.concurrentNum,
      nextWhenFail: order.request.nextWhenFail,
      layout,
    },
    binaries: [...chosen.values()].map(({ binary }) => binary),
    blobs: [...blobs.values()],
  };
}

async function currentScenario(reader: Reader, order: RunOrder) {
  const scenario = await mappedScenario(reader, order.artifactId, order.serverGroupId, order.scenarioId);
  if (!scenario) throw refusal('NOT_FOUND_SCENARIO');
  return { scenarioName: scenario.name, content: scenario.content };
}

function requireRunnable(artifact: Artifact, servers: number, content: ScenarioContent): void {
  if (artifact.command_type !== 'CLOUD_AGENT') {
    throw refusal(
      'FAIL',
      `artifact ${artifact.name} uses SSH, which needs a password that no call carries; use CLOUD_AGENT`,
    );
  }
  if (servers === 0) throw refusal('FAIL', 'the server group has no server; add one first');
  if (content.tasks.length + content.preRun.length === 0) {
    throw refusal('FAIL', 'the scenario has no task; add one first');
  }
}

interface ChosenBinary {
  readonly binary: Binary;
  readonly group: BinaryGroup | undefined;
}

/** "Latest" is resolved here, once, so that all servers get the same binary. */
async function chooseBinaries(
  reader: Reader,
  artifactId: number,
  content: ScenarioContent,
): Promise<Map<number, ChosenBinary>> {
  const chosen = new Map<number, ChosenBinary>();
  for (const [index, task] of content.tasks.entries()) {
    if (task.type !== 'binary-deploy') continue;
    const binary =
      task.binary !== undefined
        ? await artifactBinary(reader, artifactId, task.binary)
        : await newestOf(reader, artifactId, task.group ?? 0, task.name);
    chosen.set(index, { binary, group: await binaryGroupById(reader, artifactId, binary.binary_group_id) });
  }
  return chosen;
}

async function artifactBinary(reader: Reader, artifactId: number, key: number): Promise<Binary> {
  const binary = await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('id', '=', key)
    .where('artifact_id', '=', artifactId)
    .executeTakeFirst();
  if (!binary) throw refusal('NOT_FOUND_BINARY_INFO', `the artifact has no binary ${key}`);
  if (binary.deleted_at !== null)
    throw refusal('DELETED_BINARY', `binary ${key} (${binary.version}) was deleted`);
  return binary;
}

async function newestOf(reader: Reader, artifactId: number, groupId: number, task: string): Promise<Binary> {
  const group = await binaryGroupById(reader, artifactId, groupId);
  const binary = group && (await latestBinary(reader, group.id));
  if (!binary)
    throw refusal(
      'NOT_FOUND_BINARY_INFO',
      `the binary group of task ${task} has no binary; upload one first`,
    );
  return binary;
}

function deployable(binary: Binary): DeployableFile {
  return { sha256: binary.sha256, size: binary.size, fileName: binary.name };
}

async function filesOf(
  reader: Reader,
  artifactId: number,
  content: ScenarioContent,
): Promise<Map<number, DeployableFile>> {
  const wanted = new Set(content.tasks.flatMap((task) => (task.type === 'file-deploy' ? task.files : [])));
  if (wanted.size === 0) return new Map();
  const files = (await resourceFiles(reader, artifactId)).filter((file) => wanted.has(file.id));
  const missing = [...wanted].find((id) => !files.some((file) => file.id === id));
  if (missing !== undefined)
    throw refusal('FAIL', `resource file ${missing} of the scenario is not there any more`);
  return new Map(
    files.map(({ id, name, newest }) => [id, { sha256: newest.sha256, size: newest.size, fileName: name }]),
  );
}

async function variableValues(
  reader: Reader,
  from: {
    order: RunOrder;
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

function compiled<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof CompileError) throw refusal('FAIL', error.message);
    throw error;
  }
}
