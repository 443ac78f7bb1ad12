import type { Job, Work } from '../job.ts';
import { NpError } from '../np-error.ts';
import { createDrawing } from './drawing.ts';
import { endOf, hasReached, type Watched } from './watched.ts';

const period = 1000;
/** How long a server may be away, as while it is started again, before watching ends. */
const patience = 120_000;

/**
 * `np deployment watch`: shows every change until the deployment has ended, or has reached the status of `--until`. The exit
 * status says how it ended. Where the answer itself is asked for, what is drawn goes to standard error.
 */
export const watchDeployment: Work = async (job) => {
  const { flags, runtime } = job;
  const wantsAnswer = flags.query !== undefined || flags.format !== undefined;
  const isSilent = flags['no-output'] !== undefined;
  const output = wantsAnswer ? runtime.stderr : runtime.stdout;
  const drawing = createDrawing(isSilent ? { write: () => true } : output, runtime.environment);
  for (;;) {
    const deployment = await readPatiently(job, drawing.remark);
    drawing.show(deployment, runtime.now());
    const exitCode = hasReached(deployment, flags.until) ? 0 : endOf(deployment);
    if (exitCode !== undefined) return { ...(wantsAnswer ? { answer: deployment } : {}), exitCode };
    await runtime.wait(period);
  }
};

async function readPatiently({ api, flags, runtime }: Job, remark: (text: string) => void): Promise<Watched> {
  const path = `/deployment/${encodeURIComponent(flags.id ?? '')}?include_messages=true&include=release,scope`;
  const until = runtime.now() + patience;
  for (let isTold = false; ; ) {
    try {
      return (await api.call('GET', path)) as Watched;
    } catch (error) {
      if (!(error instanceof NpError && error.isPassing) || runtime.now() >= until) throw error;
      if (!isTold) remark(`${error.message}; trying again`);
      isTold = true;
      await runtime.wait(period);
    }
  }
}
