import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Installation,
  scenario,
  startInstallation,
} from '../../../test/conformance/nhn-deploy/runs-setup.ts';
import { isAlive } from '../../../test/harness/process-life.ts';
import { acceptDeployment } from './accept-deployment.ts';
import type { Context } from './context.ts';
import { deploymentEnvelope } from './deployment-answer.ts';
import { deploymentResult, deployStatus } from './deployment-result.ts';
import { prepareDeployment } from './prepare-deployment.ts';
import { sharedSigner } from './signed-links.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation(['s1']);
});
afterAll(async () => {
  await installation.close();
});

describe('a command that runs too long', () => {
  test('40 is killed with its children, and its server has failed', async () => {
    const { server, folder } = installation;
    const { parts } = server.server;
    const context: Context = { parts, signer: sharedSigner({ parts }) };
    const child = join(folder, 'child');
    const scenarioId = await scenario(server, [
      {
        type: 'user-command',
        timeoutMinutes: 1,
        command: `(echo $BASHPID > ${child}; exec sleep 300) & wait`,
      },
    ]);
    const request = { targets: ['s1'], concurrentNum: 0, nextWhenFail: false, deployNote: null };
    const order = {
      projectId: 1,
      artifactId: 1,
      serverGroupId: 2,
      scenarioId,
      executor: 'dev@example.com',
      request,
    };
    const { deployKey, rolloutId, layout } = await parts.storage.write(async (unit) => {
      const prepared = await prepareDeployment(unit, order, unit.now, parts.settings.timeZone);
      const [check, command] = prepared.plan.stages[0]?.steps ?? [];
      if (!check || !command) throw new Error('the plan has no command');
      expect(command.timeoutSeconds).toBe(60);
      // The shortest timeout of a task is a minute; the rest of the way is the same with seconds.
      const hurried = {
        ...prepared.plan.stages[0],
        name: 'servers',
        steps: [check, { ...command, timeoutSeconds: 3 }],
      };
      const accepted = await acceptDeployment(context, unit, { ...prepared, plan: { stages: [hurried] } });
      return { ...accepted, layout: prepared.snapshot.layout };
    });
    const view = await parts.engine.waitForEnd(rolloutId);
    const answer = {
      deployKey,
      deployStatus: deployStatus(view.state),
      servers: deploymentResult(layout, view),
      location: '',
    };
    let text = '';
    for await (const piece of deploymentEnvelope(parts.engine, answer, 0)) text += piece;
    expect(JSON.parse(text).body).toMatchObject({
      deployStatus: 'fail',
      deployResult: [
        {
          hostname: 's1',
          status: 'fail',
          taskResult: [
            { status: 'fail', stdErrResult: expect.stringMatching(/^\s*[^\n]*within 3 s[^\n]*\s*$/) },
          ],
        },
      ],
    });
    const pid = Number(await readFile(child, 'utf8'));
    expect(isAlive(pid)).toBe(false);
  });
});
