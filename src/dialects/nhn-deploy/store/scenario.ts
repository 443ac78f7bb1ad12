import type { Generated, Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import type { ScenarioContent } from '../scenario.ts';

/** Named procedures, the groups that they are mapped to, their changes and their secrets (contract nhn-deploy 1, 5.4). */
export interface ScenarioTables {
  nhn_scenario: {
    id: Generated<number>;
    artifact_id: number;
    name: string;
    description: string | null;
    /** JSON of a ScenarioContent. */
    content: string;
    created_at: number;
    updated_at: number;
    deleted_at: number | null;
  };
  nhn_scenario_mapping: {
    server_group_id: number;
    scenario_id: number;
    /** Lower first. */
    priority: number;
  };
  nhn_scenario_revision: {
    id: Generated<number>;
    scenario_id: number;
    /** 1, 2, … per scenario. */
    number: number;
    name: string;
    description: string | null;
    content: string;
    change: ScenarioChange;
    changed_by: string;
    changed_at: number;
  };
  nhn_scenario_secret: {
    scenario_id: number;
    name: string;
    /** The value's number in the secret vault. */
    secret_id: number;
    /** Salted hash of the value, so that a declaration can see whether it changed. */
    fingerprint: string;
  };
  nhn_retired_secret: {
    secret_id: number;
    scenario_id: number;
  };
}

/** What made a revision of a scenario. */
export type ScenarioChange = 'created' | 'changed' | 'copied' | 'imported' | 'restored' | 'deleted';

type ScenarioRow = Selectable<ScenarioTables['nhn_scenario']>;

/** A scenario with its content parsed. */
export interface Scenario extends Omit<ScenarioRow, 'content'> {
  readonly content: ScenarioContent;
}

/** A revision with its content parsed. */
export type ScenarioRevision = Omit<Selectable<ScenarioTables['nhn_scenario_revision']>, 'content'> & {
  readonly content: ScenarioContent;
};

function parsed<Row extends { content: string }>(
  row: Row,
): Omit<Row, 'content'> & { content: ScenarioContent } {
  return { ...row, content: JSON.parse(row.content) as ScenarioContent };
}

function live(reader: Reader, artifactId: number) {
  return reader
    .tables<ScenarioTables>()
    .selectFrom('nhn_scenario')
    .selectAll('nhn_scenario')
    .where('nhn_scenario.artifact_id', '=', artifactId)
    .where('nhn_scenario.deleted_at', 'is', null);
}

/** The live scenario with this id in the artifact. */
export async function scenarioById(
  reader: Reader,
  artifactId: number,
  id: number,
): Promise<Scenario | undefined> {
  const row = await live(reader, artifactId).where('id', '=', id).executeTakeFirst();
  return row && parsed(row);
}

/** The live scenario with this name in the artifact. */
export async function scenarioByName(
  reader: Reader,
  artifactId: number,
  name: string,
): Promise<Scenario | undefined> {
  const row = await live(reader, artifactId).where('name', '=', name).executeTakeFirst();
  return row && parsed(row);
}

/** The live scenarios of the artifact, by name. */
export async function listScenarios(reader: Reader, artifactId: number): Promise<Scenario[]> {
  return (await live(reader, artifactId).orderBy('name').execute()).map(parsed);
}

/** The live scenario with this id, when it is mapped to the group. */
export async function mappedScenario(
  reader: Reader,
  artifactId: number,
  groupId: number,
  id: number,
): Promise<Scenario | undefined> {
  const row = await mapped(reader, artifactId, groupId).where('nhn_scenario.id', '=', id).executeTakeFirst();
  return row && parsed(row);
}

/** The scenarios mapped to the group, by priority, then by id (contract nhn-deploy 3.8 N). */
export async function mappedScenarios(
  reader: Reader,
  artifactId: number,
  groupId: number,
): Promise<Scenario[]> {
  const rows = await mapped(reader, artifactId, groupId)
    .orderBy('nhn_scenario_mapping.priority')
    .orderBy('nhn_scenario.id')
    .execute();
  return rows.map(parsed);
}

function mapped(reader: Reader, artifactId: number, groupId: number) {
  return live(reader, artifactId)
    .innerJoin('nhn_scenario_mapping', 'nhn_scenario_mapping.scenario_id', 'nhn_scenario.id')
    .where('nhn_scenario_mapping.server_group_id', '=', groupId);
}

/** The groups that a scenario is mapped to, by id. */
export async function mappingsOf(
  reader: Reader,
  scenarioId: number,
): Promise<{ serverGroupId: number; priority: number }[]> {
  const rows = await reader
    .tables<ScenarioTables>()
    .selectFrom('nhn_scenario_mapping')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .orderBy('server_group_id')
    .execute();
  return rows.map((row) => ({ serverGroupId: row.server_group_id, priority: row.priority }));
}

/** The changes of a scenario, newest first. */
export async function scenarioRevisions(reader: Reader, scenarioId: number): Promise<ScenarioRevision[]> {
  const rows = await reader
    .tables<ScenarioTables>()
    .selectFrom('nhn_scenario_revision')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .orderBy('number', 'desc')
    .execute();
  return rows.map(parsed);
}

/** The secret variables of a scenario, by name; never their values. */
export async function scenarioSecrets(
  reader: Reader,
  scenarioId: number,
): Promise<{ name: string; secretId: number; fingerprint: string }[]> {
  const rows = await reader
    .tables<ScenarioTables>()
    .selectFrom('nhn_scenario_secret')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ name: row.name, secretId: row.secret_id, fingerprint: row.fingerprint }));
}
