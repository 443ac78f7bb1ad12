import type { OutputStream, RolloutView } from '../engine/index.ts';
import type { ApiClient } from './api-client.ts';
import { type ReceivedEvent, readEvents } from './event-stream.ts';
import { untilEnd } from './until-end.ts';

/** One stream of one step of one host run, and how its lines are marked. */
export interface StepLog {
  readonly rolloutId: string;
  readonly hostRunId: number;
  readonly step: number;
  readonly stream: OutputStream;
  readonly label: string;
}

/** Which steps of a rollout are wanted; absent fields want all. */
export interface LogFilter {
  readonly host?: string;
  /** The step's name or number. */
  readonly step?: string;
}

/** The streams of the steps that have begun, in the order of the plan. */
export function stepLogs(rollout: RolloutView, filter: LogFilter): StepLog[] {
  const runs = rollout.stages.flatMap(({ hostRuns }) => hostRuns);
  return runs
    .filter(({ host }) => filter.host === undefined || (host ?? 'server') === filter.host)
    .flatMap(({ id, host, steps }) =>
      steps
        .filter(
          ({ index, name }) =>
            filter.step === undefined || filter.step === name || filter.step === String(index),
        )
        .filter(({ startedAt }) => startedAt !== null)
        .flatMap(({ index, name }) =>
          (['stdout', 'stderr'] as const).map((stream) => ({
            rolloutId: rollout.id,
            hostRunId: id,
            step: index,
            stream,
            label: `${host ?? 'server'} ${name}`,
          })),
        ),
    );
}

/**
 * Follows one stream to its end and gives its lines as they are complete; says how much was cut. Goes on where it was
 * when the server restarts.
 */
export async function followLog(
  api: ApiClient,
  log: StepLog,
  write: (log: StepLog, line: string) => void,
): Promise<void> {
  const path = `/rollouts/${encodeURIComponent(log.rolloutId)}/output/${log.hostRunId}/${log.step}/${log.stream}/follow`;
  const decoder = new TextDecoder();
  let rest = '';
  let next = 0;
  const follow = async function* (): AsyncGenerator<ReceivedEvent> {
    const answer = await api.open(`${path}?offset=${next}`);
    yield* readEvents(answer.body as unknown as AsyncIterable<Uint8Array>);
  };
  for await (const { event, data } of untilEnd(api, follow)) {
    if (event !== 'output') continue;
    const { offset, data: bytes } = data as { offset: number; data: string };
    const chunk = Buffer.from(bytes, 'base64');
    if (offset > next) write(log, `[${offset - next} bytes were cut]`);
    next = offset + chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) write(log, line);
  }
  rest += decoder.decode();
  if (rest !== '') write(log, rest);
}
