import { pause } from '../calls/index.ts';
import { signalProcess, stepProcesses } from './process-table.ts';

/** Which processes belong to a step: its group, and its mark as `NAME=value` in their environment. */
export interface StepProcesses {
  readonly groupId: number | undefined;
  readonly variable: string;
}

/**
 * Ends a step's processes, the same way for timeout, cancel, shutdown and after an interruption: TERM to all, KILL to
 * what is left after the grace time, again until nothing is left (a process may fork while it is being ended).
 */
export async function endProcesses(step: StepProcesses, graceMilliseconds: number): Promise<void> {
  signalAll(step, 'SIGTERM');
  const forced = Date.now() + graceMilliseconds;
  for (let wait = 5; Date.now() < forced; wait = Math.min(wait * 2, 100)) {
    if (stepProcesses(step.groupId, step.variable).length === 0) return;
    await pause(wait);
  }
  // A process in uninterruptible sleep outlives KILL for a while: 2 s, then the step is reported as ended all the same.
  for (let round = 0; round < 40 && signalAll(step, 'SIGKILL') > 0; round += 1) await pause(50);
}

/**
 * Where every process is known (Linux), each is sent TERM once and by itself: many programs take a second one as the
 * wish to end at once. KILL goes to the group too, which leaves no time to fork.
 */
function signalAll(step: StepProcesses, signal: NodeJS.Signals): number {
  const found = stepProcesses(step.groupId, step.variable);
  const isEachKnown = process.platform === 'linux';
  const sendsToGroup = !isEachKnown || signal === 'SIGKILL';
  if (sendsToGroup && step.groupId !== undefined && found.length > 0) signalProcess(-step.groupId, signal);
  if (isEachKnown) for (const pid of found) if (pid !== process.pid) signalProcess(pid, signal);
  return found.length;
}
