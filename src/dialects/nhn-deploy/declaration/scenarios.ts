import Type, { type Static } from 'typebox';
import type { DeclarationReport } from '../../../management/index.ts';
import { attempt, fieldChanges } from '../../../management/index.ts';
import type { Unit } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { scenarioInput } from '../scenario-input.ts';
import { readMappings } from '../scenario-mapping.ts';
import { changeSecrets } from '../scenario-secrets.ts';
import { createScenario, readContentOf, updateScenario } from '../scenarios.ts';
import { chosenId } from '../shapes/text.ts';
import type { Artifact } from '../store/artifact.ts';
import { mappingsOf, type Scenario, scenarioById, scenarioByName } from '../store/scenario.ts';

/** A server group by id or name, alone or with the scenario's priority in it. */
export const declaredMapping = Type.Union([
  Type.Integer(),
  Type.String(),
  Type.Object({
    group: Type.Union([Type.Integer(), Type.String()]),
    priority: Type.Optional(Type.Integer({ description: 'Lower first; default 0.' })),
  }),
]);

/** The fields of a scenario, for the declaration and the native API. */
export const scenarioFields = {
  description: Type.Optional(Type.Union([Type.String({ maxLength: 1000 }), Type.Null()])),
  serverGroups: Type.Optional(Type.Array(declaredMapping)),
  ...scenarioInput.properties,
};

/** A scenario below its artifact. */
export const scenarioDeclaration = Type.Object({
  id: Type.Optional(chosenId),
  name: Type.String(),
  ...scenarioFields,
  secrets: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Secret variables, $${secret.<name>}; masked in output, never shown again.',
    }),
  ),
});

type ScenarioDeclaration = Static<typeof scenarioDeclaration>;

/** Makes the artifact's scenarios as declared, its server groups and resource files first. */
export async function reconcileScenarios(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  declared: readonly ScenarioDeclaration[],
  path: string,
  report: DeclarationReport,
): Promise<void> {
  for (const scenario of declared) {
    const place = `${path}/scenarios/${scenario.name}`;
    await attempt(report, place, () => reconcileScenario(context, unit, artifact, scenario, place, report));
  }
}

async function reconcileScenario(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  declared: ScenarioDeclaration,
  path: string,
  report: DeclarationReport,
): Promise<void> {
  const actor = nativeActor(report.by);
  // Read first, so that all mistakes of all tasks are told at once.
  const content = await readContentOf(unit, artifact.id, declared, (at, message) =>
    report.error(`${path}/${at}`, message),
  );
  const areGroupsKnown = await attempt(report, path, async () => {
    await readMappings(unit, artifact.id, declared.serverGroups ?? []);
    return true;
  });
  if (!content || !areGroupsKnown) return;
  const found =
    declared.id === undefined
      ? await scenarioByName(unit, artifact.id, declared.name)
      : await scenarioById(unit, artifact.id, declared.id);
  const scenario = found
    ? await update(context, unit, artifact, found, { ...declared, content }, path, report)
    : await createScenario(context, unit, actor, artifact, declared);
  if (!found) report.change({ action: 'create', path });
  await report.made(`scenario:${scenario.id}`, path);
  const secrets = await changeSecrets(context, unit, actor, artifact, scenario, declared.secrets ?? {});
  if (found && secrets.length > 0) {
    const hidden = secrets.map((name) => [`secrets/${name}`, { from: '******', to: '******' }]);
    report.change({ action: 'update', path, fields: Object.fromEntries(hidden) });
  }
}

async function update(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  found: Scenario,
  declared: ScenarioDeclaration & { content: Scenario['content'] },
  path: string,
  report: DeclarationReport,
): Promise<Scenario> {
  const wanted = declared.serverGroups && (await readMappings(unit, artifact.id, declared.serverGroups));
  const changes = fieldChanges(
    {
      name: found.name,
      description: found.description,
      serverGroups: await mappingsOf(unit, found.id),
      preRun: found.content.preRun,
      tasks: found.content.tasks,
    },
    {
      name: declared.name,
      description: declared.description,
      serverGroups: wanted,
      preRun: declared.preRun && declared.content.preRun,
      tasks: declared.tasks && declared.content.tasks,
    },
  );
  if (!changes) return found;
  report.change({ action: 'update', path, fields: changes });
  const { id: _honoured, secrets: _apart, content: _read, ...fields } = declared;
  return await updateScenario(context, unit, nativeActor(report.by), artifact, found, fields);
}
