import { Readable } from 'node:stream';
import { callSignal } from '../../http/index.ts';
import { type AcceptedDeployment, acceptDeployment } from './accept-deployment.ts';
import type { Context } from './context.ts';
import { type DeploymentAnswer, deploymentEnvelope } from './deployment-answer.ts';
import { deploymentResult, deployStatus } from './deployment-result.ts';
import { type Call, replied } from './operation.ts';
import { type PreparedDeployment, prepareDeployment, type RunOrder } from './prepare-deployment.ts';
import { jsonType } from './wire.ts';

/** A deployment that was accepted, with what it was compiled to. */
export interface StartedDeployment extends AcceptedDeployment {
  readonly prepared: PreparedDeployment;
}

/** Checks, compiles and records a run in one unit; it starts after the commit. Throws refusals. */
export async function startDeployment(context: Context, order: RunOrder): Promise<StartedDeployment> {
  const { settings, storage } = context.parts;
  return await storage.write(async (unit) => {
    const prepared = await prepareDeployment(unit, order, unit.now, settings.timeZone);
    return { ...(await acceptDeployment(context, unit, prepared)), prepared };
  });
}

/**
 * Runs a scenario and answers: at once when `async`, else when the deployment has ended, which may take hours; nothing
 * is sent before (contract nhn-deploy 5.3). A caller who hangs up leaves the run as it is.
 */
export async function runAndAnswer(
  context: Context,
  call: Call,
  order: RunOrder,
  async: boolean,
): Promise<typeof replied> {
  const { engine } = context.parts;
  const started = await startDeployment(context, order);
  const { layout } = started.prepared.snapshot;
  const common = {
    deployKey: started.deployKey,
    location: `${context.parts.publicUrl(call.request)}/console/deployments/${started.rolloutId}`,
  };
  if (async) {
    const servers = layout.flatMap((stage) =>
      stage.hosts.map((hostname) => ({ hostname, status: 'deploying' as const, tasks: [] })),
    );
    return await send(context, call, { ...common, deployStatus: 'deploying', servers });
  }
  const signal = callSignal(call.request, call.reply);
  const view = await engine.waitForEnd(started.rolloutId, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!view) {
    call.reply.hijack();
    call.reply.raw.destroy();
    return replied;
  }
  return await send(context, call, {
    ...common,
    deployStatus: deployStatus(view.state),
    servers: deploymentResult(layout, view),
  });
}

async function send(context: Context, call: Call, answer: DeploymentAnswer): Promise<typeof replied> {
  const texts = deploymentEnvelope(context.parts.engine, answer, context.parts.clock.now());
  await call.reply.type(jsonType).send(Readable.from(texts, { objectMode: false }));
  return replied;
}
