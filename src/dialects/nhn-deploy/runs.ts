import type { Context } from './context.ts';
import { notifyDeploymentWork } from './deployment-notice.ts';
import { forgetDeploymentsKind, forgetDeploymentsWork } from './history-retention.ts';
import { retireSecretsKind, retireSecretsWork } from './scenario-secrets.ts';

/** Registers the work of scenarios and deployments, and its timers. */
export async function startRuns(context: Context): Promise<void> {
  const { work } = context.parts;
  work.register(notifyDeploymentWork(context));
  work.register(retireSecretsWork(context));
  work.register(forgetDeploymentsWork(context));
  await work.every(retireSecretsKind, 3600);
  await work.every(forgetDeploymentsKind, 86_400);
}
