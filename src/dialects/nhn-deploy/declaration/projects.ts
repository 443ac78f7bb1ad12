import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createProject, membersOf, setMembers, updateProject } from '../projects.ts';
import { projectFields } from '../shapes/project.ts';
import { chosenId } from '../shapes/text.ts';
import { type Project, projectById, projectByName } from '../store/project.ts';
import { artifactDeclaration, reconcileArtifact } from './artifacts.ts';
import type { Reconciliation } from './reconciliation.ts';

/** A project of the declaration. */
export const projectDeclaration = Type.Object(
  {
    id: Type.Optional(chosenId),
    ...projectFields,
    artifacts: Type.Optional(Type.Array(artifactDeclaration)),
  },
  { additionalProperties: false },
);

/** A project as it was declared. */
export type DeclaredProject = Static<typeof projectDeclaration>;

/** Makes or changes one project, its members and its artifacts. */
export async function reconcileProject(
  run: Reconciliation,
  declared: DeclaredProject,
  path: string,
): Promise<void> {
  const project = await attempt(run.report, path, () => reconcileItself(run, declared, path));
  if (!project) return;
  if (declared.members) await attempt(run.report, path, () => reconcileMembers(run, project, declared, path));
  for (const artifact of declared.artifacts ?? []) {
    await reconcileArtifact(run, project, artifact, `${path}/artifacts/${artifact.name}`);
  }
}

/** Disables the project with this id: its app key is unknown from now on, what it holds stays. */
export async function pruneProject({ context, unit, actor }: Reconciliation, id: number): Promise<boolean> {
  const project = await projectById(unit, id);
  if (!project?.enabled) return false;
  await updateProject(context, unit, actor, project, { enabled: false });
  return true;
}

async function reconcileItself(
  { context, unit, actor, report }: Reconciliation,
  { id, name, appKey }: DeclaredProject,
  path: string,
): Promise<Project> {
  const existing = id === undefined ? await projectByName(unit, name) : await projectById(unit, id);
  if (!existing) {
    const created = await createProject(context, unit, actor, { id, name, appKey });
    report.change({ action: 'create', path });
    await report.made(`project:${created.id}`, path);
    return created;
  }
  await report.made(`project:${existing.id}`, path);
  const shown = { name: existing.name, appKey: existing.appKey, enabled: existing.enabled };
  const fields = fieldChanges(shown, { name, appKey, enabled: true });
  if (!fields) return existing;
  report.change({ action: 'update', path, fields });
  return await updateProject(context, unit, actor, existing, { name, appKey, enabled: true });
}

async function reconcileMembers(
  { context, unit, actor, report }: Reconciliation,
  project: Project,
  declared: DeclaredProject,
  path: string,
): Promise<void> {
  const there = Object.fromEntries(await membersOf(context, project.id, unit));
  const fields = fieldChanges({ members: sorted(there) }, { members: sorted(declared.members ?? {}) });
  if (!fields) return;
  await setMembers(context, unit, actor, project, new Map(Object.entries(declared.members ?? {})));
  report.change({ action: 'update', path, fields });
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
