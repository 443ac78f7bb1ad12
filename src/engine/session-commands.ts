import type { Blob } from '../storage/index.ts';
import type { Command, EngineEvent } from './decide/index.ts';
import { expand } from './expand.ts';
import { dropPlanned } from './instances/index.ts';
import { freeHostRuns, leaveByRollout } from './lock-queue.ts';
import { packOutputKind } from './output/index.ts';
import { blobsOfPlan, blobsOfSteps } from './plan-blobs.ts';
import type { HostRunRow } from './rows.ts';
import { serverStepKind } from './server-step-input.ts';
import type { Session, StepDetail } from './session.ts';
import { letLocksGo } from './session-locks.ts';
import { cancelHeld, endUnheld, interruptSteps, leaveOut, passOver } from './session-many.ts';
import { readQueued } from './session-rows.ts';

/** An event that a command ends in. */
export interface FollowUp {
  readonly event: EngineEvent;
  readonly hostRun?: HostRunRow;
}

/** Carries out one command of `decide` on the session's rows; what it ends in is fed to `decide` next. */
export async function carryOut(
  session: Session,
  command: Command,
  hostRun: HostRunRow | undefined,
  detail: StepDetail,
): Promise<FollowUp | undefined> {
  const at = session.unit.now;
  switch (command.do) {
    case 'enter-stage':
      await session.stage(command.stage);
      session.ahead = [];
      session.aheadBehind = -1;
      return { event: { kind: 'stage-entered', at } };
    case 'expand':
      return { event: await expand(session) };
    case 'choose-one':
      return { event: await chooseOne(session) };
    case 'admit':
      return admitNext(session, command.count);
    case 'end-unheld':
      await endUnheld(session, command.stage, command.reason);
      break;
    case 'cancel-held':
      await cancelHeld(session, command.stage, command.reason);
      break;
    case 'pass-over':
      await passOver(session, command.from, command.to, command.reason);
      break;
    case 'release-rollout':
      await releaseRollout(session);
      break;
    case 'interrupt-steps':
      if (hostRun) await interruptSteps(session, hostRun, command.reason);
      break;
    case 'release-host-run':
      if (hostRun) session.released.push(hostRun.id);
      break;
    case 'offer':
      if (hostRun?.host != null) session.offers.push([hostRun.host, hostRun.id, session.row.number]);
      break;
    case 'run-server-step':
      if (hostRun) await enqueueServerStep(session, hostRun, command.index);
      break;
    case 'record-step':
      if (hostRun) recordStep(session, hostRun, command, detail);
      break;
  }
  return undefined;
}

/** Reads ahead at least this many host runs, so that a stage of down hosts doesn't cost three queries for each. */
const readAhead = 32;

async function admitNext(session: Session, count: number): Promise<FollowUp | undefined> {
  if (session.ahead.length === 0) {
    await letLocksGo(session);
    const { unit, row } = session;
    const limit = Math.min(1000, Math.max(count, readAhead));
    const rows = await readQueued(unit, row.number, row.stage, session.aheadBehind, limit);
    const fresh = rows.map((queued) => {
      const known = session.hostRuns.get(queued.id);
      if (!known) session.hostRuns.set(queued.id, queued);
      return known ?? queued;
    });
    session.aheadBehind = rows.at(-1)?.position ?? session.aheadBehind;
    const free = await freeHostRuns(
      unit,
      fresh.map((queued) => queued.id),
    );
    const up = await session.up(fresh);
    session.ahead = fresh.map((queued) => ({
      row: queued,
      up: up.has(queued.id),
      free: free.has(queued.id),
    }));
  }
  const next = session.ahead.shift();
  if (!next) return undefined;
  // One that a bulk command has ended since it was read ahead is passed over.
  if (next.row.phase !== 'queued') return admitNext(session, count);
  return {
    event: { kind: 'admitted', at: session.unit.now, up: next.up, free: next.free },
    hostRun: next.row,
  };
}

async function chooseOne(session: Session): Promise<EngineEvent> {
  const { unit, row } = session;
  const queued = await readQueued(unit, row.number, row.stage, -1, 10_000);
  const up = await session.up(queued);
  const chosen = queued.find((hostRun) => up.has(hostRun.id)) ?? queued[0];
  const others = queued.filter((hostRun) => hostRun !== chosen).map((hostRun) => hostRun.id);
  await leaveOut(session, others, 'Another host was chosen.');
  return { kind: 'chosen', at: unit.now, leftOut: others.length };
}

async function enqueueServerStep(session: Session, hostRun: HostRunRow, step: number): Promise<void> {
  await session.context.parts.work.enqueue(session.unit, {
    kind: serverStepKind,
    input: { rollout: session.row.number, hostRun: hostRun.id, step },
    project: session.row.resource,
  });
}

function recordStep(
  session: Session,
  hostRun: HostRunRow,
  command: Extract<Command, { do: 'record-step' }>,
  detail: StepDetail,
): void {
  const at = detail.at ?? session.unit.now;
  const key = `${hostRun.id}/${command.index}`;
  const known = session.stepRuns.get(key);
  const ended = command.state !== 'running';
  session.stepRuns.set(key, {
    host_run: hostRun.id,
    step: command.index,
    state: command.state,
    exit_code: detail.exitCode ?? null,
    reason: command.reason,
    reason_text: command.reasonText,
    started_at: known?.started_at ?? at,
    ended_at: ended ? at : null,
    stdout_bytes: detail.stdoutBytes ?? 0,
    stderr_bytes: detail.stderrBytes ?? 0,
    value: detail.value ?? null,
  });
}

/** What the acceptance and every expansion retained, as often as they did. */
async function retainedBlobs(session: Session): Promise<Blob[]> {
  const blobs = blobsOfPlan(session.plan);
  for (const [index, stage] of session.plan.stages.entries()) {
    const { expansion } = stage.deferred ? await session.stage(index) : { expansion: null };
    if (expansion !== null)
      blobs.push(...blobsOfSteps(session.context.plans.steps(session.plan, index, null, expansion)));
  }
  return blobs;
}

async function releaseRollout(session: Session): Promise<void> {
  const { unit, row, context } = session;
  session.released.length = 0;
  session.freed.push(...(await leaveByRollout(unit, row.number)));
  await dropPlanned(unit, row.number, row.state === 'succeeded');
  for (const blob of await retainedBlobs(session)) await context.parts.blobs.release(unit, blob.sha256);
  await context.parts.work.enqueue(unit, { kind: packOutputKind, input: { rollout: row.number } });
  await context.parts.ledger.append(unit, {
    who: 'system',
    dialect: row.dialect,
    action: 'rollout.end',
    resource: row.resource,
    subject: row.title,
    outcome: row.state === 'succeeded' ? 'done' : 'failed',
    detail: { rollout: row.id, state: row.state, reason: row.reason },
  });
}
