import { mayOn, requireOn } from '../access.ts';
import { wireActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { createDeployment } from '../deployments/create-deployment.ts';
import { deploymentAnswers } from '../deployments/deployment-answers.ts';
import { isReported } from '../deployments/executors.ts';
import { readNewDeployment } from '../deployments/new-deployment.ts';
import { patchDeployment, readPatch } from '../deployments/patch-deployment.ts';
import { readReport } from '../deployments/read-report.ts';
import { takeReport } from '../deployments/reported-actions.ts';
import type { Deployment, PlacedDeployment } from '../deployments/rows.ts';
import { placedDeployment } from '../deployments/rows.ts';
import { badRequest, notFound } from '../errors.ts';
import { type Includable, included, includedInAll } from '../include.ts';
import { isFlagSet, pathId } from '../input.ts';
import { releaseFor, scopeFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage, textValues } from '../paging.ts';
import type { Permission } from '../roles.ts';
import { type Condition, pageOf } from '../store/list.ts';
import { rowsById } from '../store/row.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { scopePlace } from '../wire.ts';

const read = 'nullplatform.read';
const write = 'nullplatform.deployment.write';

/** `POST /deployment` (contract nullplatform 3.2) */
export const createDeploymentOperation: Handler = async (context, call) => {
  const wish = readNewDeployment(call.body());
  await scopeFor(context, call, write, wish.scopeId);
  await releaseFor(context, call, read, wish.releaseId);
  const { userId, name } = wireActor(call);
  const created = await context.parts.storage.write((unit) =>
    createDeployment(context, unit, wish, { userId, name }),
  );
  const [answer] = await deploymentAnswers(context, [created], { withMessages: false });
  return answer;
};

/**
 * `PATCH /deployment/:id` (contract nullplatform 3.3): a user's wish, or the report of an agent that carries the scope's
 * actions out. An agent wishes nothing, and where Slipway's own hosts run the scope its reports change nothing.
 */
export const patchDeploymentOperation: Handler = async (context, call) => {
  const id = pathId(call);
  const body = call.body();
  const { status, ...patch } = readPatch(body);
  const placed = await deploymentFor(context, call, 'nullplatform.deployment.patch', id);
  const place = scopePlace(placed.application, placed.scope);
  const mayReport = await mayOn(context, call.caller, 'nullplatform.agent.report', place);
  const report = mayReport ? readReport(body) : {};
  const isWish = Object.keys(patch).length > 0 || (status !== undefined && report.status === undefined);
  if (isWish) await requireOn(context, call.caller, write, place);
  const { userId, name } = wireActor(call);
  const by = { userId, name };
  await context.parts.storage.write(async (unit) => {
    const now = (await placedDeployment(unit, id)) ?? placed;
    const isTaken = isReported(now.scope) && (report.status ?? report.data) !== undefined;
    const refused = isTaken ? await takeReport(context, unit, id, report, by, applyEvent) : undefined;
    if (refused !== undefined) throw badRequest(refused);
    const isWord = status !== undefined && !(isTaken && report.status !== undefined);
    await patchDeployment(context, unit, id, { ...patch, ...(isWord ? { status } : {}) }, by);
  });
  return call.wantsEntity ? await readDeployment(context, call) : undefined;
};

/** `GET /deployment/:id` (contract nullplatform 3.4) */
export const readDeployment: Handler = async (context, call) => {
  const placed = await deploymentFor(context, call, read, pathId(call));
  const withMessages = isFlagSet(call, 'include_messages');
  const [answer] = await deploymentAnswers(context, [placed], { withMessages });
  return { ...answer, ...(await included(context, call, relatedOf(placed))) };
};

function relatedOf({ application, deployment }: PlacedDeployment): Includable {
  return { application, releaseId: deployment.release_id, scopeId: deployment.scope_id };
}

/** `GET /deployment`: those that the caller may read (contract nullplatform 3.5) */
export const listDeployments: Handler = async (context, call) => {
  const page = readPage(call, { status: 'status' });
  const columns = {
    id: 'id',
    application_id: 'application_id',
    scope_id: 'scope_id',
    release_id: 'release_id',
    deployment_group_id: 'deployment_group_id',
    status: 'status',
    status_in_scope: 'status_in_scope',
    strategy: 'strategy',
  };
  const idNames = ['id', 'application_id', 'scope_id', 'release_id', 'deployment_group_id'];
  const filters = readFilters(call, columns, idNames);
  const visible = visibleRows(await visibilityOf(context, call.caller), {
    scope: 'scope_id',
    through: 'application_id',
  });
  const { placed, total } = await context.parts.storage.read(async (reader) => {
    const conditions = [visible, ...nrnConditions(call)];
    const { rows, total } = await pageOf(reader, 'np_deployment', { filters, conditions, page });
    return { total, placed: await placedAll(reader, rows) };
  });
  const withMessages = isFlagSet(call, 'include_messages');
  const answers = await deploymentAnswers(context, placed, { withMessages });
  const related = await includedInAll(context, call, placed.map(relatedOf));
  return pageAnswer(
    page,
    total,
    answers.map((answer, index) => ({ ...answer, ...related[index] })),
  );
};

/** The columns behind the levels of an NRN that a deployment's row has itself. */
const ownLevels: Readonly<Record<string, string>> = {
  organization: 'organization_id',
  application: 'application_id',
  scope: 'scope_id',
  deployment: 'id',
};

/** The columns of its application's row. */
const levelsAbove: Readonly<Record<string, string>> = { account: 'account_id', namespace: 'namespace_id' };

/** `nrn`: of deployments, or of a place above them; one that names nothing of the kind matches nothing. */
function nrnConditions(call: Call): Condition[] {
  const nrns = textValues(call, 'nrn');
  if (!nrns) return [];
  return [
    (builder) =>
      builder.or(
        nrns.map((nrn) =>
          builder.and(
            nrn.split(':').map((part) => {
              const [name = '', text = ''] = part.split('=');
              const id = /^\d{1,15}$/.test(text) ? Number(text) : -1;
              const own = Object.hasOwn(ownLevels, name) ? ownLevels[name] : undefined;
              if (own !== undefined) return builder(own, '=', id);
              const above = Object.hasOwn(levelsAbove, name) ? levelsAbove[name] : undefined;
              if (above === undefined) return builder('id', '=', -1);
              return builder('application_id', 'in', (query: typeof builder) =>
                query.selectFrom('np_application').select('np_application.id').where(above, '=', id),
              );
            }),
          ),
        ),
      ),
  ];
}

async function placedAll(
  reader: Parameters<typeof rowsById>[0],
  rows: readonly Deployment[],
): Promise<PlacedDeployment[]> {
  const scopes = await rowsById(
    reader,
    'np_scope',
    rows.map((row) => row.scope_id),
  );
  const applications = await rowsById(
    reader,
    'np_application',
    rows.map((row) => row.application_id),
  );
  return rows.flatMap((deployment) => {
    const scope = scopes.get(deployment.scope_id);
    const application = applications.get(deployment.application_id);
    return scope && application ? [{ deployment, scope, application }] : [];
  });
}

/** The deployment with this id; throws 404, and 401 or 403 where it is not the caller's. */
export async function deploymentFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<PlacedDeployment> {
  const placed = await context.parts.storage.read((reader) => placedDeployment(reader, id));
  if (!placed) throw notFound('Deployment');
  await requireOn(context, caller, permission, scopePlace(placed.application, placed.scope));
  return placed;
}
