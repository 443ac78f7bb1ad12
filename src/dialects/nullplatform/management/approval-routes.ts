import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { decideApproval } from '../approvals/approval-effects.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { placedDeployment } from '../deployments/rows.ts';
import { resourceOf } from '../nrn.ts';
import { rowById } from '../store/row.ts';
import { scopePlace } from '../wire.ts';
import { waitingShape } from './approval-shapes.ts';
import { waitingFor } from './approval-view.ts';

const tag = 'nullplatform scopes';

/** The native API of approvals, for the console. */
export function approvalRoutes(app: FastifyInstance, context: Context): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/approvals',
    tag,
    summary:
      'What waits for the caller: approvals to decide, and approved deployments to start; the oldest first',
    access: { permission: 'nullplatform.read', checkedBy: 'handler' },
    answer: waitingShape,
    handle: ({ principal }) => waitingFor(context, principal),
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/approvals/:id/decisions',
    tag,
    summary: 'Approve or deny a deployment that waits; an approved one is started by the action `start`',
    access: { permission: 'nullplatform.approval.decide', checkedBy: 'handler' },
    params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
    body: Type.Object(
      { decision: Type.Union([Type.Literal('approve'), Type.Literal('deny')]) },
      { additionalProperties: false },
    ),
    async handle({ principal, params, body }) {
      const { storage, identity } = context.parts;
      const placed = await storage.read(async (reader) => {
        const approval = await rowById(reader, 'np_approval', params.id);
        return approval && (await placedDeployment(reader, approval.deployment_id));
      });
      const resource = placed && resourceOf(scopePlace(placed.application, placed.scope));
      if (!resource || !(await identity.allows(principal, 'nullplatform.read', resource))) {
        throw new CoreError('not-found', `There is no approval ${params.id}`);
      }
      await identity.require(principal, 'nullplatform.approval.decide', resource);
      const status = body.decision === 'approve' ? 'approved' : 'denied';
      const by = { userId: principal.id, name: principal.name };
      await storage.write((unit) => decideApproval(context, unit, params.id, status, by, applyEvent));
    },
  });
}
