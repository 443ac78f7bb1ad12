import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { checkStep } from './compile.ts';
import type { Context } from './context.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import { type ServerGroup, serversOf } from './store/server-group.ts';

/** The noun of rollouts that only check the servers of a group. */
export const validationNoun = 'validation';

/** Starts a rollout that checks agent and shell of every server and lists who passed (contract nhn-deploy 6). */
export async function validateGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ServerGroup,
): Promise<{ rolloutId: string }> {
  const hosts = (await serversOf(unit, group.id)).map((server) => server.hostname);
  if (hosts.length === 0)
    throw new CoreError('precondition', `server group ${group.name} has no server; add one first`);
  const resource = artifactResource(artifact.project_id, artifact.id);
  const { id } = await context.parts.engine.accept(unit, {
    owner: { dialect: 'nhn-deploy', noun: validationNoun, id: String(group.id) },
    title: `${artifact.name} · check of ${group.name}`,
    resource,
    requestedBy: actor.name,
    // Without a lock: a check does not disturb what runs on the server.
    plan: {
      stages: [
        { name: 'servers', hosts, onFailure: 'continue', hostLock: false, steps: [checkStep(group.shell)] },
      ],
    },
  });
  const subject = `${artifact.name}/${group.name} (server group ${group.id})`;
  await context.parts.ledger.record(unit, actor, { action: 'server-group.validate', resource, subject });
  return { rolloutId: id };
}
