import type { ApiClient } from './api-client.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/** A scenario of the dialect nhn-deploy and where it runs, as people name it. */
export interface ScenarioName {
  /** `project/artifact`, names or ids. */
  readonly artifact: string;
  readonly scenario: string;
  /** Default: the scenario's only one. */
  readonly group?: string;
}

/** The same in ids, and the artifact's path in the native API. */
export interface ScenarioAddress {
  readonly path: string;
  readonly scenario: number;
  readonly serverGroup: number;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/** Looks names up; says which one there is not, and what there is. */
export async function findScenario(api: ApiClient, name: ScenarioName): Promise<ScenarioAddress> {
  const slash = name.artifact.indexOf('/');
  if (slash < 1)
    throw new CommandError(exitCodes.usage, `Name the artifact as project/artifact, not ${name.artifact}`);
  const projects = '/nhn-deploy/projects';
  const project = await pick(api, projects, 'project', name.artifact.slice(0, slash));
  const artifacts = `${projects}/${project.id}/artifacts`;
  const artifact = await pick(api, artifacts, 'artifact', name.artifact.slice(slash + 1));
  const path = `${artifacts}/${artifact.id}`;
  const scenario = await pick<Named & { serverGroups: { group: number }[] }>(
    api,
    `${path}/scenarios`,
    'scenario',
    name.scenario,
  );
  return { path, scenario: scenario.id, serverGroup: await groupOf(api, path, name.group, scenario) };
}

async function groupOf(
  api: ApiClient,
  path: string,
  given: string | undefined,
  scenario: Named & { readonly serverGroups: readonly { readonly group: number }[] },
): Promise<number> {
  if (given !== undefined) return (await pick(api, `${path}/server-groups`, 'server group', given)).id;
  const [only, ...others] = scenario.serverGroups;
  if (only && others.length === 0) return only.group;
  const list = scenario.serverGroups.map(({ group }) => group).join(', ');
  throw new CommandError(
    exitCodes.usage,
    only
      ? `${scenario.name} runs on several server groups (${list}); choose one with --group`
      : `${scenario.name} has no server group`,
  );
}

/** The thing with this name, else with this id. */
async function pick<Item extends Named>(
  api: ApiClient,
  path: string,
  kind: string,
  wanted: string,
): Promise<Item> {
  const { items } = await api.call<{ items: Item[] }>('GET', path);
  const found = items.find(({ name }) => name === wanted) ?? items.find(({ id }) => String(id) === wanted);
  if (found) return found;
  const names = items.map(({ name }) => name).join(', ');
  throw new CommandError(
    exitCodes.notFound,
    `There is no ${kind} ${wanted}${names === '' ? '' : `; there are ${names}`}`,
  );
}
