import type { WorkKind } from '../../work/index.ts';
import type { Context } from './context.ts';
import { postToHook } from './hook.ts';
import type { Deployment } from './store/deployment.ts';
import type { NhnTables } from './store.ts';

/** The work that tells an artifact's hook how a deployment ended (contract nhn-deploy 5.7). */
export const notifyDeploymentKind = 'nhn-deploy.notify-deployment';

interface NoticeInput {
  readonly deployKey: number;
}

/** Posts the notice, three tries. Whatever comes of it, the deployment's result stays what it is. */
export function notifyDeploymentWork(context: Context): WorkKind<NoticeInput> {
  const { publicUrl, storage } = context.parts;
  return {
    kind: notifyDeploymentKind,
    concurrency: 4,
    tries: 3,
    timeoutSeconds: 30,
    async run({ deployKey }) {
      const found = await storage.read((reader) =>
        reader
          .tables<NhnTables>()
          .selectFrom('nhn_deployment')
          .innerJoin('nhn_artifact', 'nhn_artifact.id', 'nhn_deployment.artifact_id')
          .selectAll('nhn_deployment')
          .select(['nhn_artifact.hook_secret_id', 'nhn_artifact.notification'])
          .where('nhn_deployment.id', '=', deployKey)
          .executeTakeFirst(),
      );
      if (!found?.notification || found.hook_secret_id === null) return;
      const link = `${publicUrl()}/console/deployments/${found.rollout_id}`;
      await postToHook(context, found.hook_secret_id, deploymentNotice(found, link));
    },
  };
}

/** The message in the form of a Dooray incoming webhook. Pure. */
export function deploymentNotice(
  deployment: Pick<
    Deployment,
    | 'id'
    | 'status'
    | 'artifact_name'
    | 'scenario_name'
    | 'server_group_name'
    | 'binary_version'
    | 'executor'
    | 'note'
  >,
  link: string,
) {
  const done = deployment.status === 'SUCCESS';
  const lines = [
    `Scenario: ${deployment.scenario_name}`,
    `Server group: ${deployment.server_group_name}`,
    `Version: ${deployment.binary_version ?? '-'}`,
    `Executor: ${deployment.executor}`,
    ...(deployment.note ? [`Note: ${deployment.note}`] : []),
  ];
  return {
    botName: 'Deploy',
    text: `${deployment.artifact_name}: deployment ${deployment.id} ${done ? 'succeeded' : 'failed'}`,
    attachments: [
      {
        title: `Deployment ${deployment.id}`,
        titleLink: link,
        text: lines.join('\n'),
        color: done ? 'green' : 'red',
      },
    ],
  };
}
