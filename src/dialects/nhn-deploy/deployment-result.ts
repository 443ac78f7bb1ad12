import {
  type HostRunView,
  hostRunEnded,
  type OutputStream,
  type RolloutState,
  type RolloutView,
  type StepRunView,
  stepRunEnded,
} from '../../engine/index.ts';
import { agentCheck, type Layout, type LayoutStage, type LayoutTask } from './compile.ts';

/** The state of a deployment and of a server, in the words of the wire (contract nhn-deploy 4.2). */
export type WireStatus = 'success' | 'fail' | 'cancel' | 'deploying';

/** A text of an answer: known already, or kept output that is read while the answer is sent. */
export type TextSource =
  | { readonly kind: 'text'; readonly text: string | null }
  | {
      readonly kind: 'output';
      readonly hostRunId: number;
      readonly stepIndex: number;
      readonly stream: OutputStream;
      /** Said behind the output. */
      readonly note: string | null;
      /** When there is neither output nor a note. */
      readonly otherwise: string | null;
    };

/** One task that started on a server. */
export interface TaskResult {
  readonly orderNo: number;
  readonly taskName: string;
  /** Null while it runs. */
  readonly status: 'success' | 'fail' | 'cancel' | null;
  readonly exitCode: number | null;
  readonly result: TextSource;
  readonly stdErrResult: TextSource;
}

/** What happened on one server. */
export interface ServerResult {
  readonly hostname: string;
  readonly status: WireStatus;
  readonly tasks: readonly TaskResult[];
}

/** The state of a deployment on the wire; a cancelled one shows as failed (contract nhn-deploy 4.2). */
export function deployStatus(state: RolloutState): 'success' | 'fail' | 'deploying' {
  if (state === 'succeeded') return 'success';
  return state === 'failed' || state === 'cancelled' ? 'fail' : 'deploying';
}

/** What every server did: pre-run servers first, then the targets in the order of their group. Pure. */
export function deploymentResult(layout: Layout, view: RolloutView): ServerResult[] {
  return layout.flatMap((stage) => {
    const runs = new Map<string | null, HostRunView>();
    const planStage = view.stages.find((candidate) => candidate.index === stage.planStage);
    for (const run of planStage?.hostRuns ?? []) runs.set(run.host, run);
    return stage.hosts.map((hostname) => {
      const run = runs.get(hostname);
      return run
        ? serverResult(hostname, stage, run)
        : { hostname, status: idleStatus(stage, view.state), tasks: [] };
    });
  });
}

/** Of a server without a run of its own: it waits for its stage, has nothing to do, or was never reached. */
function idleStatus(stage: LayoutStage, state: RolloutState): WireStatus {
  const status = deployStatus(state);
  if (status === 'deploying') return 'deploying';
  return status === 'success' && stage.planStage === null ? 'success' : 'cancel';
}

function serverResult(hostname: string, stage: LayoutStage, run: HostRunView): ServerResult {
  const status = serverStatus(run);
  const check = run.steps[0];
  if (status === 'fail' && check && check.state !== 'succeeded') {
    return { hostname, status, tasks: [failedCheck(run, check)] };
  }
  const tasks = stage.tasks.flatMap((task) => taskResult(task, run, status) ?? []);
  const explained = status !== 'fail' || tasks.some((task) => task.status === 'fail');
  return { hostname, status, tasks: explained ? tasks : [...tasks, unexplained(tasks.length + 1, run)] };
}

function serverStatus(run: HostRunView): WireStatus {
  if (!hostRunEnded(run.state)) return 'deploying';
  if (run.state === 'succeeded') return 'success';
  return run.state === 'failed' || run.state === 'lost' ? 'fail' : 'cancel';
}

const said = (text: string | null): TextSource => ({ kind: 'text', text });

function failedCheck(run: HostRunView, check: StepRunView): TaskResult {
  return checkEntry(1, outputOf(run, check, 'stdout', null, check.reasonText ?? reasonOf(run)));
}

/** A host run may fail between its tasks (its agent was lost): the reason stands where the next task would. */
function unexplained(orderNo: number, run: HostRunView): TaskResult {
  return checkEntry(orderNo, said(reasonOf(run)));
}

function checkEntry(orderNo: number, result: TextSource): TaskResult {
  return { orderNo, taskName: agentCheck, status: 'fail', exitCode: null, result, stdErrResult: said(null) };
}

function reasonOf(run: HostRunView): string {
  return (
    run.reasonText ??
    (run.reason === 'unreachable' ? 'the agent is offline' : 'the run of this server failed')
  );
}

/** Undefined for a task that did not start. */
function taskResult(task: LayoutTask, run: HostRunView, server: WireStatus): TaskResult | undefined {
  const steps = run.steps.filter((step) => step.index >= task.from && step.index < task.to);
  const started = steps.filter((step) => step.state !== 'pending' && step.state !== 'skipped');
  const last = started.at(-1);
  if (!last) return undefined;
  const status = taskStatus(steps, server);
  const common = { orderNo: task.orderNo, taskName: task.name, status };
  if (task.type === 'user-command') {
    const why = status === 'fail' && last.reason !== 'exit-code' ? last.reasonText : null;
    // The agent has written of a timeout into standard error itself.
    const note = last.reason === 'timeout' ? null : why;
    return {
      ...common,
      exitCode: last.exitCode,
      result: outputOf(run, last, 'stdout', null, ''),
      stdErrResult: outputOf(run, last, 'stderr', note, why),
    };
  }
  if (status === 'success')
    return { ...common, exitCode: null, result: said('Success'), stdErrResult: said(null) };
  if (status !== 'fail') return { ...common, exitCode: null, result: said(null), stdErrResult: said(null) };
  const result =
    last.reasonText === null ? outputOf(run, last, 'stdout', null, reasonOf(run)) : said(last.reasonText);
  return { ...common, exitCode: null, result, stdErrResult: outputOf(run, last, 'stderr', null, null) };
}

function taskStatus(steps: readonly StepRunView[], server: WireStatus): TaskResult['status'] {
  if (steps.some((step) => step.state === 'failed' || step.state === 'interrupted')) return 'fail';
  if (steps.some((step) => step.state === 'cancelled')) return 'cancel';
  if (steps.every((step) => step.state === 'succeeded')) return 'success';
  if (server === 'fail' || server === 'cancel') return server;
  return steps.every((step) => stepRunEnded(step.state)) ? 'success' : null;
}

function outputOf(
  run: HostRunView,
  step: StepRunView,
  stream: OutputStream,
  note: string | null,
  otherwise: string | null,
): TextSource {
  const bytes = stream === 'stdout' ? step.stdoutBytes : step.stderrBytes;
  if (bytes === 0) return said(note ?? otherwise);
  return { kind: 'output', hostRunId: run.id, stepIndex: step.index, stream, note, otherwise };
}
