import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { givenId } from './given-id.ts';
import { longestName, type ScenarioContent } from './scenario.ts';
import { hasControl, type Problem, readScenario, type ScenarioInput } from './scenario-input.ts';
import { type MappingInput, setMappings } from './scenario-mapping.ts';
import { scenarioReferences } from './scenario-references.ts';
import { removeSecrets } from './scenario-secrets.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import {
  type Scenario,
  type ScenarioChange,
  type ScenarioRevision,
  scenarioByName,
} from './store/scenario.ts';
import type { NhnTables } from './store.ts';

/** What a new scenario is made of. */
export interface NewScenario extends ScenarioInput {
  readonly id?: number | undefined;
  readonly name: string;
  readonly description?: string | null | undefined;
  /** The server groups that it is mapped to. */
  readonly serverGroups?: readonly MappingInput[] | undefined;
}

/** What can be changed of a scenario. Absent fields stay as they are; `preRun` and `tasks` are replaced as lists. */
export interface ScenarioUpdate extends ScenarioInput {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly serverGroups?: readonly MappingInput[] | undefined;
}

/** Makes a scenario. Throws `invalid` with the place of the first mistake, `conflict` for a taken name or id. */
export async function createScenario(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  input: NewScenario,
  change: ScenarioChange = 'created',
): Promise<Scenario> {
  const name = readName(input.name);
  await refuseTakenName(unit, artifact.id, name);
  const content = await readContent(unit, artifact.id, input, throwProblem);
  const row = await unit
    .tables<NhnTables>()
    .insertInto('nhn_scenario')
    .values({
      ...(await givenId(context, unit, 'nhn_scenario', input.id)),
      artifact_id: artifact.id,
      name,
      description: input.description ?? null,
      content: JSON.stringify(content),
      created_at: unit.now,
      updated_at: unit.now,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const scenario = { ...row, content };
  await recordScenario(context, unit, actor, artifact, scenario, change);
  if (input.serverGroups) await setMappings(context, unit, actor, artifact, scenario, input.serverGroups);
  return scenario;
}

/** Changes a scenario; running deployments keep what they started with. Throws like `createScenario`. */
export async function updateScenario(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
  update: ScenarioUpdate,
): Promise<Scenario> {
  const name = update.name === undefined ? scenario.name : readName(update.name);
  if (name !== scenario.name) await refuseTakenName(unit, artifact.id, name);
  const description = update.description === undefined ? scenario.description : update.description;
  const content =
    update.preRun === undefined && update.tasks === undefined
      ? scenario.content
      : await readContent(
          unit,
          artifact.id,
          { ...scenarioAsInput(scenario.content), ...defined(update) },
          throwProblem,
        );
  const changed = { ...scenario, name, description, content };
  if (update.serverGroups) await setMappings(context, unit, actor, artifact, scenario, update.serverGroups);
  return await storeScenario(context, unit, actor, artifact, changed, 'changed', scenario);
}

/** Makes an old revision the newest. Throws `invalid` when it names binaries, groups or files that are gone. */
export async function restoreScenario(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
  revision: ScenarioRevision,
): Promise<Scenario> {
  const content = await readContent(unit, artifact.id, scenarioAsInput(revision.content), throwProblem);
  if (revision.name !== scenario.name) await refuseTakenName(unit, artifact.id, revision.name);
  const { name, description } = revision;
  return await storeScenario(
    context,
    unit,
    actor,
    artifact,
    { ...scenario, name, description, content },
    'restored',
  );
}

/** Deletes a scenario: it can no longer be run, its histories stay. */
export async function deleteScenario(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
): Promise<void> {
  const tables = unit.tables<NhnTables>();
  await tables
    .updateTable('nhn_scenario')
    .set({ deleted_at: unit.now })
    .where('id', '=', scenario.id)
    .execute();
  await tables.deleteFrom('nhn_scenario_mapping').where('scenario_id', '=', scenario.id).execute();
  await removeSecrets(unit, scenario.id);
  await recordScenario(context, unit, actor, artifact, scenario, 'deleted');
}

/** A stored scenario in the form that `readScenario` reads: `latest` stands beside its group. */
export function scenarioAsInput(content: ScenarioContent): Required<ScenarioInput> {
  return {
    preRun: content.preRun.map((task) => ({ ...task })),
    tasks: content.tasks.map((task) => {
      if (task.type === 'file-deploy') return { ...task, files: [...task.files] };
      return task.type === 'binary-deploy' && task.group !== undefined
        ? { ...task, latest: true }
        : { ...task };
    }),
  };
}

/** Reads tasks against what the artifact has; for many mistakes at once. Undefined when `problem` heard some. */
export async function readContentOf(
  unit: Unit,
  artifactId: number,
  input: ScenarioInput,
  problem: Problem,
): Promise<ScenarioContent | undefined> {
  const keys = (input.tasks ?? []).flatMap((task) => task.binary ?? []);
  return readScenario(input, await scenarioReferences(unit, artifactId, keys), problem);
}

async function readContent(
  unit: Unit,
  artifactId: number,
  input: ScenarioInput,
  problem: Problem,
): Promise<ScenarioContent> {
  const content = await readContentOf(unit, artifactId, input, problem);
  if (!content) throw new CoreError('invalid', 'the scenario has mistakes');
  return content;
}

function throwProblem(path: string, message: string): void {
  throw new CoreError('invalid', `${path} ${message}`, { path });
}

function readName(text: string): string {
  const name = text.trim();
  if (name === '' || [...name].length > longestName || hasControl(name)) {
    throw new CoreError(
      'invalid',
      `a scenario name has 1 to ${longestName} characters, none of them control characters`,
      {
        path: 'name',
      },
    );
  }
  return name;
}

async function refuseTakenName(unit: Unit, artifactId: number, name: string): Promise<void> {
  if (await scenarioByName(unit, artifactId, name)) {
    throw new CoreError('conflict', `the artifact has a scenario named ${name} already`, { path: 'name' });
  }
}

function defined(update: ScenarioInput): ScenarioInput {
  return {
    ...(update.preRun === undefined ? {} : { preRun: update.preRun }),
    ...(update.tasks === undefined ? {} : { tasks: update.tasks }),
  };
}

async function storeScenario(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
  change: ScenarioChange,
  before?: Scenario,
): Promise<Scenario> {
  const content = JSON.stringify(scenario.content);
  const same =
    before?.name === scenario.name &&
    before.description === scenario.description &&
    JSON.stringify(before.content) === content;
  if (same) return scenario;
  const stored = { ...scenario, updated_at: unit.now };
  await unit
    .tables<NhnTables>()
    .updateTable('nhn_scenario')
    .set({ name: stored.name, description: stored.description, content, updated_at: unit.now })
    .where('id', '=', scenario.id)
    .execute();
  await recordScenario(context, unit, actor, artifact, stored, change);
  return stored;
}

/** Writes the change into the scenario's history and into the ledger. */
async function recordScenario(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
  change: ScenarioChange,
): Promise<void> {
  const tables = unit.tables<NhnTables>();
  const last = await tables
    .selectFrom('nhn_scenario_revision')
    .select((row) => row.fn.max('number').as('number'))
    .where('scenario_id', '=', scenario.id)
    .executeTakeFirst();
  await tables
    .insertInto('nhn_scenario_revision')
    .values({
      scenario_id: scenario.id,
      number: Number(last?.number ?? 0) + 1,
      name: scenario.name,
      description: scenario.description,
      content: JSON.stringify(scenario.content),
      change,
      changed_by: actor.name,
      changed_at: unit.now,
    })
    .execute();
  await context.parts.ledger.record(unit, actor, {
    action: `scenario.${actions[change]}`,
    resource: artifactResource(artifact.project_id, artifact.id),
    subject: `${artifact.name}/${scenario.name} (scenario ${scenario.id})`,
  });
}

const actions: Readonly<Record<ScenarioChange, string>> = {
  created: 'create',
  changed: 'update',
  copied: 'copy',
  imported: 'import',
  restored: 'restore',
  deleted: 'delete',
};
