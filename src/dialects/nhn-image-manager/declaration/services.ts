import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { membersOf, setMembers } from '../members.ts';
import { isSecretKey } from '../secret-key.ts';
import { serviceFields } from '../service-shape.ts';
import { createService, switchService, updateService } from '../services.ts';
import { type Service, serviceById, serviceByName } from '../store/service.ts';
import { operationDeclaration, reconcileOperations } from './operations.ts';
import type { Reconciliation } from './reconciliation.ts';

/** A service of the declaration. */
export const serviceDeclaration = Type.Object(
  { ...serviceFields, operations: Type.Optional(Type.Array(operationDeclaration)) },
  { additionalProperties: false },
);

/** A service as it was declared. */
export type DeclaredService = Static<typeof serviceDeclaration>;

/** Makes or changes one service, its members and its operations. */
export async function reconcileService(
  run: Reconciliation,
  declared: DeclaredService,
  path: string,
): Promise<void> {
  const service = await attempt(run.report, path, () => reconcileItself(run, declared, path));
  if (!service) return;
  await run.report.made(`service:${service.id}`, path);
  await attempt(run.report, path, () => reconcileMembers(run, service, declared, path));
  await reconcileOperations(run, service, declared.operations ?? [], path);
}

/** Switches off what a declaration once made and does not name any more; a service that still has files is a mistake. */
export async function pruneService({ context, unit, actor }: Reconciliation, key: string): Promise<boolean> {
  const service = await serviceById(unit, Number(key.slice('service:'.length)));
  if (!service?.enabled) return false;
  await switchService(context, unit, actor, service, false);
  return true;
}

async function reconcileItself(
  { context, unit, actor, report }: Reconciliation,
  { name, appKey, secretKey, container, realtimeService }: DeclaredService,
  path: string,
): Promise<Service> {
  const there = await serviceByName(unit, name);
  if (!there) {
    const input = { name, appKey, secretKey, container, realtime: realtimeService };
    const { service } = await createService(context, unit, actor, input);
    report.change({ action: 'create', path });
    return service;
  }
  if (container !== undefined && container !== there.container) {
    report.error(`${path}/container`, `is ${there.container} and stays so`);
  }
  const fields = fieldChanges(shown(there, secretKey), {
    appKey,
    realtimeService,
    enabled: true,
    ...(secretKey === undefined ? {} : { secretKey: '(this one)' }),
  });
  if (!fields) return there;
  report.change({ action: 'update', path, fields });
  const service = there.enabled ? there : await switchService(context, unit, actor, there, true);
  return await updateService(context, unit, actor, service, { appKey, secretKey, realtime: realtimeService });
}

/** Secret keys never stand in a diff: a difference shows only that there is one. */
function shown({ appKey, realtime, enabled, secretHash }: Service, secretKey: string | undefined) {
  const isSame = secretKey !== undefined && isSecretKey(secretKey, secretHash);
  return { appKey, realtimeService: realtime, enabled, secretKey: isSame ? '(this one)' : '(another one)' };
}

async function reconcileMembers(
  { context, unit, actor, report }: Reconciliation,
  service: Service,
  { members }: DeclaredService,
  path: string,
): Promise<void> {
  if (!members) return;
  const wanted = Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
  const fields = fieldChanges({ members: await membersOf(context, service, unit) }, { members: wanted });
  if (!fields) return;
  await setMembers(context, unit, actor, service, members);
  report.change({ action: 'update', path, fields });
}
