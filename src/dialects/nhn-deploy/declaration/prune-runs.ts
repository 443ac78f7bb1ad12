import type { Unit } from '../../../storage/index.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import { deleteResourceFile, deleteResourceGroup } from '../resource-files.ts';
import { deleteScenario } from '../scenarios.ts';
import { deleteServerGroup } from '../server-groups.ts';
import { scenarioById } from '../store/scenario.ts';
import type { NhnTables } from '../store.ts';

/** The nouns of this half whose declared objects `--prune` removes, those that refer to others first. */
export const prunedRuns = ['scenario', 'server-group', 'resource-file', 'resource-group'] as const;

/** Removes what a declaration once made, by its key like `scenario:7`; false when it is gone already, or of another noun. */
export async function pruneRun(context: Context, unit: Unit, actor: Actor, key: string): Promise<boolean> {
  const [noun, text] = key.split(':');
  const id = Number(text);
  switch (noun) {
    case 'scenario':
      return await pruneScenario(context, unit, actor, id);
    case 'server-group':
      return await pruneServerGroup(context, unit, actor, id);
    case 'resource-file':
      return await pruneResourceFile(context, unit, actor, id);
    case 'resource-group':
      return await pruneResourceGroup(context, unit, actor, id);
    default:
      return false;
  }
}

async function artifactOf(unit: Unit, id: number) {
  return await unit
    .tables<NhnTables>()
    .selectFrom('nhn_artifact')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

async function pruneScenario(context: Context, unit: Unit, actor: Actor, id: number): Promise<boolean> {
  const row = await unit
    .tables<NhnTables>()
    .selectFrom('nhn_scenario')
    .select('artifact_id')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row) return false;
  const artifact = await artifactOf(unit, row.artifact_id);
  const scenario = await scenarioById(unit, artifact.id, id);
  if (!scenario) return false;
  await deleteScenario(context, unit, actor, artifact, scenario);
  return true;
}

async function pruneServerGroup(context: Context, unit: Unit, actor: Actor, id: number): Promise<boolean> {
  const group = await unit
    .tables<NhnTables>()
    .selectFrom('nhn_server_group')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!group) return false;
  await deleteServerGroup(context, unit, actor, await artifactOf(unit, group.artifact_id), group);
  return true;
}

async function pruneResourceFile(context: Context, unit: Unit, actor: Actor, id: number): Promise<boolean> {
  const file = await unit
    .tables<NhnTables>()
    .selectFrom('nhn_resource_file as file')
    .innerJoin('nhn_resource_group as shelf', 'shelf.id', 'file.resource_group_id')
    .select(['file.id', 'file.name', 'shelf.artifact_id'])
    .where('file.id', '=', id)
    .where('file.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!file) return false;
  await deleteResourceFile(context, unit, actor, await artifactOf(unit, file.artifact_id), file);
  return true;
}

async function pruneResourceGroup(context: Context, unit: Unit, actor: Actor, id: number): Promise<boolean> {
  const group = await unit
    .tables<NhnTables>()
    .selectFrom('nhn_resource_group')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!group) return false;
  await deleteResourceGroup(context, unit, actor, await artifactOf(unit, group.artifact_id), group);
  return true;
}
