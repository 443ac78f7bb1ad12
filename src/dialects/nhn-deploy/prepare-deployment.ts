import type { Plan } from '../../engine/index.ts';
import type { Blob, Reader } from '../../storage/index.ts';
import { chooseBinaries, deployable, filesOf } from './chosen-binaries.ts';
import { CompileError, compile } from './compile.ts';
import type { Snapshot } from './deployment-snapshot.ts';
import { variableValues } from './deployment-variables.ts';
import { refusal } from './errors.ts';
import type { RunRequest } from './run-request.ts';
import type { ScenarioContent } from './scenario.ts';
import { chooseServers } from './server-lines.ts';
import { type Artifact, artifactById } from './store/artifact.ts';
import type { Binary } from './store/binary.ts';
import { mappedScenario } from './store/scenario.ts';
import { type ServerGroup, serverGroupById, serversOf } from './store/server-group.ts';

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

function compiled<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof CompileError) throw refusal('FAIL', error.message);
    throw error;
  }
}
