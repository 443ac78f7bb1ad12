import Type, { type Static } from 'typebox';
import type { DeclarationReport } from '../../../management/index.ts';
import { attempt, fieldChanges } from '../../../management/index.ts';
import type { Unit } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { createServerGroup, updateServerGroup } from '../server-groups.ts';
import { readServers } from '../server-lines.ts';
import { chosenId } from '../shapes/text.ts';
import type { Artifact } from '../store/artifact.ts';
import { type Server, serverGroupById, serverGroupByName, serversOf } from '../store/server-group.ts';

/** One server of a group: the name of a host, alone or with what is known of the machine. */
export const declaredServer = Type.Union([
  Type.String(),
  Type.Object({
    hostname: Type.String(),
    instanceName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    ip: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    os: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
]);

/** The fields of a server group, for the declaration and the native API. */
export const serverGroupFields = {
  description: Type.Optional(Type.Union([Type.String({ maxLength: 1000 }), Type.Null()])),
  os: Type.Optional(Type.Union([Type.Literal('LINUX'), Type.Literal('WINDOWS')])),
  shell: Type.Optional(
    Type.String({ description: 'Runs commands; default /bin/bash, on Windows powershell.' }),
  ),
  phase: Type.Optional(Type.Enum(['DEVELOP', 'STAGING', 'PRODUCT', 'NONE'])),
  kind: Type.Optional(Type.String({ description: 'normal; autoscale groups cannot be declared yet.' })),
  servers: Type.Optional(Type.Array(declaredServer)),
};

/** A server group below its artifact. */
export const serverGroupDeclaration = Type.Object({
  id: Type.Optional(chosenId),
  name: Type.String(),
  ...serverGroupFields,
});

type ServerGroupDeclaration = Static<typeof serverGroupDeclaration>;

/** Makes the artifact's server groups as declared; `path` is the artifact's place in the declaration. */
export async function reconcileServerGroups(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  declared: readonly ServerGroupDeclaration[],
  path: string,
  report: DeclarationReport,
): Promise<void> {
  for (const group of declared) {
    const place = `${path}/serverGroups/${group.name}`;
    await attempt(report, place, () => reconcileServerGroup(context, unit, artifact, group, place, report));
  }
}

async function reconcileServerGroup(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  declared: ServerGroupDeclaration,
  path: string,
  report: DeclarationReport,
): Promise<void> {
  const actor = nativeActor(report.by);
  const found =
    declared.id === undefined
      ? await serverGroupByName(unit, artifact.id, declared.name)
      : await serverGroupById(unit, artifact.id, declared.id);
  if (!found) {
    const { id } = await createServerGroup(context, unit, actor, artifact, declared);
    report.change({ action: 'create', path });
    await report.made(`server-group:${id}`, path);
    return;
  }
  await report.made(`server-group:${found.id}`, path);
  const servers =
    declared.servers &&
    readServers(declared.servers, (at, message) => report.error(`${path}/${at}`, message));
  if (declared.servers && !servers) return;
  const there = {
    name: found.name,
    description: found.description,
    os: found.os_type,
    shell: found.shell,
    phase: found.phase,
    kind: 'normal',
    servers: servers && (await serversOf(unit, found.id)).map(shown),
  };
  const { id: _honoured, ...fields } = declared;
  const changes = fieldChanges(there, { ...fields, servers: servers?.map(shown) });
  if (!changes) return;
  await updateServerGroup(context, unit, actor, artifact, found, declared);
  report.change({ action: 'update', path, fields: changes });
}

function shown({ hostname, instanceName, ip, os }: Server): string {
  return [hostname, instanceName ?? '', ip ?? '', os ?? ''].join(';').replace(/;+$/, '');
}
