import { CoreError } from '../errors/index.ts';
import type { Unit } from '../storage/index.ts';
import { channels } from './channels.ts';
import { givenCredential, newCredential } from './credentials.ts';
import { hostNameMistake } from './host-name.ts';
import type { Instances } from './instances/index.ts';
import type { EngineParts } from './parts.ts';
import type { JoinAnswer, JoinRequest } from './protocol.ts';
import type { EngineTables } from './tables.ts';

/** What a join did. */
export interface Joined {
  readonly answer: JoinAnswer;
  /** The host was known and had an agent, whose leases are worthless now. */
  readonly replaced: boolean;
}

/** Gives a new agent its credential. Throws as `AgentGateway.join` says. */
export async function join(
  parts: EngineParts,
  instances: Instances,
  request: JoinRequest,
  seenAddress: string,
): Promise<Joined> {
  const mistake = hostNameMistake(request.name);
  if (mistake !== undefined) throw new CoreError('invalid', `${mistake}.`, { path: 'name' });
  const rights = await parts.identity.joinTokenRights(request.token);
  if (!rights) throw new CoreError('unauthenticated', 'The join token is unknown or has expired.');
  if (!rights.hosts.some((glob) => matches(glob, request.name))) {
    throw new CoreError('forbidden', `The join token does not allow the host name ${request.name}.`);
  }
  const { credential, hash } =
    request.credential === undefined ? newCredential() : givenCredential(request.credential);
  const replaced = await parts.storage.write(async (unit) => {
    const known = await unit
      .tables<EngineTables>()
      .selectFrom('host')
      .select(['credential_hash', 'labels'])
      .where('name', '=', request.name)
      .executeTakeFirst();
    const hasAgent = known !== undefined && known.credential_hash !== null;
    // The answer to an earlier try was lost on its way.
    if (known?.credential_hash === hash) return false;
    if (hasAgent) refuseUnlessReplaced(request, rights.mayReplace);
    await store(unit, request, seenAddress, hash, known?.labels);
    if (hasAgent) await instances.lose(unit, request.name);
    unit.notify(channels.hosts, request.name);
    await parts.ledger.append(unit, {
      who: `agent:${request.name}`,
      dialect: 'core',
      action: hasAgent ? 'host.replace' : 'host.join',
      resource: `/hosts/${request.name}`,
      subject: request.name,
      outcome: 'done',
      detail: { platform: request.platform, agentVersion: request.agentVersion },
    });
    return hasAgent;
  });
  const answer = { name: request.name, credential, serverVersion: parts.version ?? '0.0.0' };
  return { answer, replaced };
}

function refuseUnlessReplaced(request: JoinRequest, mayReplace: boolean): void {
  if (!request.replace) {
    throw new CoreError(
      'conflict',
      `A host called ${request.name} has joined already; choose another name, or join with --replace.`,
    );
  }
  if (!mayReplace) {
    throw new CoreError('forbidden', `The join token does not allow replacing the host ${request.name}.`);
  }
}

async function store(
  unit: Unit,
  request: JoinRequest,
  seenAddress: string,
  hash: string,
  labels: string | undefined,
): Promise<void> {
  const row = {
    address: request.address ?? seenAddress,
    labels: JSON.stringify({ ...JSON.parse(labels ?? '{}'), ...request.labels }),
    platform: request.platform,
    agent_version: request.agentVersion,
    credential_hash: hash,
    joined_at: unit.now,
    heard_at: unit.now,
  };
  await unit
    .tables<EngineTables>()
    .insertInto('host')
    .values({ name: request.name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

/** `*` stands for any characters, `?` for one. */
function matches(glob: string, name: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's').test(name);
}
