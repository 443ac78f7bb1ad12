import { isCoreError } from '../../../errors/index.ts';
import type { WorkKind } from '../../../work/index.ts';
import { decideApproval } from '../approvals/approval-effects.ts';
import type { Context } from '../context.ts';
import { lookAtRules, takeStep } from '../strategies/ticks.ts';
import type { NullplatformTables } from '../tables.ts';
import { applyEvent } from './apply-event.ts';
import type { NewEvent } from './event.ts';
import { platform } from './event.ts';
import { endSilence } from './reported-actions.ts';
import {
  approvalKind,
  clearMessagesKind,
  expireKind,
  finalizeKind,
  rulesKind,
  silenceKind,
  trafficKind,
} from './timer-kinds.ts';
import { timingOf } from './timing.ts';

/** Messages older than this are cleared away (contract nullplatform 5.10). */
const messageDays = 30;

/** Registers everything that happens to deployments without anybody asking. */
export async function startTimers(context: Context): Promise<void> {
  const { work, storage } = context.parts;
  const finalizeAfter = timingOf(context.parts).finalizeSeconds * 1000;
  work.register(eventKind(context, expireKind, { kind: 'expired' }));
  work.register(eventKind(context, finalizeKind, { kind: 'finalize-due', after: finalizeAfter }));
  work.register<{ deploymentId: number; index: number }>({
    ...common(trafficKind),
    run: (input) =>
      storage.write((unit) => takeStep(context, unit, input.deploymentId, input.index, applyEvent)),
  });
  work.register<{ deploymentId: number }>({
    ...common(rulesKind),
    run: ({ deploymentId }) => lookAtRules(context, deploymentId, applyEvent),
  });
  work.register<{ approvalId: number }>({
    ...common(approvalKind),
    run: ({ approvalId }) => expireApproval(context, approvalId),
  });
  work.register<{ actionId: string }>({
    ...common(silenceKind),
    run: ({ actionId }) => storage.write((unit) => endSilence(context, unit, actionId, applyEvent)),
  });
  work.register({ ...common(clearMessagesKind), run: () => clearMessages(context) });
  await work.every(clearMessagesKind, 86_400);
}

const common = (kind: string) => ({ kind, concurrency: 4, tries: 10 });

function eventKind(context: Context, kind: string, event: NewEvent): WorkKind<{ deploymentId: number }> {
  return {
    ...common(kind),
    async run({ deploymentId }) {
      await context.parts.storage.write((unit) => applyEvent(context, unit, deploymentId, event));
    },
  };
}

async function expireApproval(context: Context, approvalId: number): Promise<void> {
  try {
    await context.parts.storage.write((unit) =>
      decideApproval(context, unit, approvalId, 'expired', platform, applyEvent),
    );
  } catch (error) {
    // It was decided in time.
    if (!isCoreError(error, 'invalid')) throw error;
  }
}

async function clearMessages({ parts }: Context): Promise<void> {
  await parts.storage.write(async (unit) => {
    await unit
      .tables<NullplatformTables>()
      .deleteFrom('np_message')
      .where('at', '<', unit.now - messageDays * 86_400_000)
      .execute();
  });
}
