import type { Context } from './context.ts';
import { notifyDeploymentWork } from './deployment-notice.ts';
import { retireSecretsKind, retireSecretsWork } from './scenario-secrets.ts';

/** Registers the work of scenarios and deployments, and its timers. */
export async function startRuns(context: Context): Promise<void> {
  const { work } = context.parts;
  work.register(notifyDeploymentWork(context));
  work.register(retireSecretsWork(context));
  await work.every(retireSecretsKind, 3600);
}
