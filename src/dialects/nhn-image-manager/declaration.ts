import Type, { type Static } from 'typebox';
import {
  attempt,
  type DeclarationReport,
  type DeclarationSection,
  fieldChanges,
} from '../../management/index.ts';
import type { Unit } from '../../storage/index.ts';
import { type Actor, nativeActor } from './actor.ts';
import type { Context } from './context.ts';
import { membersOf, setMembers } from './members.ts';
import { isSecretKey } from './secret-key.ts';
import { serviceFields } from './service-shape.ts';
import { createService, switchService, updateService } from './services.ts';
import { type Service, serviceById, serviceByName } from './store/service.ts';

const serviceDeclaration = Type.Object({ ...serviceFields }, { additionalProperties: false });

const schema = Type.Object(
  { services: Type.Optional(Type.Array(serviceDeclaration)) },
  { additionalProperties: false },
);

type Declared = Static<typeof schema>;
type DeclaredService = Static<typeof serviceDeclaration>;

interface Reconciliation {
  readonly context: Context;
  readonly unit: Unit;
  readonly actor: Actor;
  readonly report: DeclarationReport;
}

/** `imageManager`: services with their keys, members and operations. */
export function imageManagerSection(context: Context): DeclarationSection {
  return {
    key: 'imageManager',
    schema,
    order: 10,
    async reconcile(unit, value, report) {
      const run: Reconciliation = { context, unit, actor: nativeActor(report.by), report };
      const seen = new Set<string>();
      for (const declared of (value as Declared).services ?? []) {
        const path = `imageManager/services/${declared.name}`;
        if (seen.has(declared.name)) report.error(path, 'is declared twice');
        else await attempt(report, path, () => reconcileService(run, declared, path));
        seen.add(declared.name);
      }
      for (const { key, path } of await report.pruned()) {
        if (await attempt(report, path, () => pruneService(run, key)))
          report.change({ action: 'remove', path });
      }
    },
  };
}

async function reconcileService(run: Reconciliation, declared: DeclaredService, path: string): Promise<void> {
  const service = await reconcileItself(run, declared, path);
  await run.report.made(`service:${service.id}`, path);
  await reconcileMembers(run, service, declared, path);
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
  let service = there;
  const fields = fieldChanges(shown(there, secretKey), {
    appKey,
    realtimeService,
    enabled: true,
    ...(secretKey === undefined ? {} : { secretKey: '(this one)' }),
  });
  if (!fields) return service;
  report.change({ action: 'update', path, fields });
  if (!service.enabled) service = await switchService(context, unit, actor, service, true);
  return await updateService(context, unit, actor, service, { appKey, secretKey, realtime: realtimeService });
}

/** Secret keys never stand in a diff: a difference shows only that there is one. */
function shown({ appKey, realtime, enabled, secretHash }: Service, secretKey: string | undefined) {
  const isSame = secretKey !== undefined && isSecretKey(secretKey, secretHash);
  return { appKey, realtimeService: realtime, enabled, secretKey: isSame ? '(this one)' : '(another one)' };
}

async function reconcileMembers(
  { context, unit, report }: Reconciliation,
  service: Service,
  { members }: DeclaredService,
  path: string,
): Promise<void> {
  if (!members) return;
  const wanted = Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
  const fields = fieldChanges({ members: await membersOf(context, service, unit) }, { members: wanted });
  if (!fields) return;
  await setMembers(context, unit, service, members);
  report.change({ action: 'update', path, fields });
}

/** Switches off what a declaration once made and does not name any more; a service that still has files is a mistake. */
async function pruneService({ context, unit, actor }: Reconciliation, key: string): Promise<boolean> {
  const service = await serviceById(unit, Number(key.slice('service:'.length)));
  if (!service?.enabled) return false;
  await switchService(context, unit, actor, service, false);
  return true;
}
