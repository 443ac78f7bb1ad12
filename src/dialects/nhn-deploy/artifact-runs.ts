import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { deleteResourceGroup } from './resource-files.ts';
import { deleteScenario } from './scenarios.ts';
import { deleteServerGroup } from './server-groups.ts';
import type { Artifact } from './store/artifact.ts';
import { resourceGroups } from './store/resource.ts';
import { listScenarios } from './store/scenario.ts';
import { listServerGroups } from './store/server-group.ts';

/** Deletes what an artifact runs, and where: scenarios with their secrets, server groups, resource files. Histories stay. */
export async function deleteRunsOf(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
): Promise<void> {
  for (const scenario of await listScenarios(unit, artifact.id)) {
    await deleteScenario(context, unit, actor, artifact, scenario);
  }
  for (const group of await listServerGroups(unit, artifact.id)) {
    await deleteServerGroup(context, unit, actor, artifact, group);
  }
  for (const group of await resourceGroups(unit, artifact.id)) {
    await deleteResourceGroup(context, unit, actor, artifact, group);
  }
}
