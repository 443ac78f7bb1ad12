import { CoreError } from '../../errors/index.ts';
import type { Reader, Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import { mappingsOf, type Scenario } from './store/scenario.ts';
import { serverGroupById, serverGroupByName } from './store/server-group.ts';
import type { NhnTables } from './store.ts';

/** A server group by id or name, with the scenario's priority in it (lower first, default 0). */
export type MappingInput =
  | number
  | string
  | { readonly group: number | string; readonly priority?: number | undefined };

/** Which group, in which place. */
export interface Mapping {
  readonly serverGroupId: number;
  readonly priority: number;
}

/** Maps the scenario to exactly these groups. Throws `invalid` for a group that the artifact has not. */
export async function setMappings(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
  inputs: readonly MappingInput[],
): Promise<void> {
  const wanted = await readMappings(unit, artifact.id, inputs);
  const before = await mappingsOf(unit, scenario.id);
  if (JSON.stringify(before) === JSON.stringify(wanted)) return;
  const tables = unit.tables<NhnTables>();
  await tables.deleteFrom('nhn_scenario_mapping').where('scenario_id', '=', scenario.id).execute();
  for (const { serverGroupId, priority } of wanted) {
    await tables
      .insertInto('nhn_scenario_mapping')
      .values({ scenario_id: scenario.id, server_group_id: serverGroupId, priority })
      .execute();
  }
  await context.parts.ledger.record(unit, actor, {
    action: 'scenario.map',
    resource: artifactResource(artifact.project_id, artifact.id),
    subject: `${artifact.name}/${scenario.name} (scenario ${scenario.id})`,
    detail: { serverGroups: wanted.map((mapping) => mapping.serverGroupId).join(',') },
  });
}

/** The mappings that `inputs` mean, by group id. Throws `invalid` for a group that the artifact has not. */
export async function readMappings(
  reader: Reader,
  artifactId: number,
  inputs: readonly MappingInput[],
): Promise<Mapping[]> {
  const mappings = new Map<number, Mapping>();
  for (const [index, input] of inputs.entries()) {
    const { group, priority = 0 } = typeof input === 'object' ? input : { group: input };
    const found =
      typeof group === 'number'
        ? await serverGroupById(reader, artifactId, group)
        : await serverGroupByName(reader, artifactId, group);
    if (!found) {
      throw new CoreError('invalid', `the artifact has no server group ${JSON.stringify(group)}`, {
        path: `serverGroups/${index}`,
      });
    }
    mappings.set(found.id, { serverGroupId: found.id, priority });
  }
  return [...mappings.values()].sort((one, other) => one.serverGroupId - other.serverGroupId);
}
