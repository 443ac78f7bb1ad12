import { StringDecoder } from 'node:string_decoder';
import type { Engine } from '../../engine/index.ts';
import type { ServerResult, TaskResult, TextSource } from './deployment-result.ts';
import { successHeader } from './wire.ts';

/** What a run answers (contract nhn-deploy 3.5). */
export interface DeploymentAnswer {
  readonly deployKey: number;
  readonly deployStatus: 'success' | 'fail' | 'deploying';
  readonly servers: readonly ServerResult[];
  /** An absolute URL of the console. */
  readonly location: string;
}

/** The most bytes of a stream that an answer carries (contract nhn-deploy 5.2). */
const mostOutput = 1_048_576;
const pieceSize = 16_384;

/**
 * The whole envelope as pieces of text. Outputs are read one after another while it is sent: servers × tasks × 1 MiB
 * never stand in memory together. `now` is epoch milliseconds.
 */
export async function* deploymentEnvelope(
  engine: Pick<Engine, 'output'>,
  answer: DeploymentAnswer,
  now: number,
): AsyncGenerator<string> {
  let piece = '';
  for await (const text of envelopeTexts(engine, answer, now)) {
    piece += text;
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

async function* envelopeTexts(
  engine: Pick<Engine, 'output'>,
  answer: DeploymentAnswer,
  now: number,
): AsyncGenerator<string> {
  const { deployKey } = answer;
  yield `{"header":${JSON.stringify(successHeader(now))},"body":{"deployKey":${deployKey}`;
  yield `,"deployStatus":"${answer.deployStatus}","deployResult":[`;
  for (const [index, server] of answer.servers.entries()) {
    const hostname = JSON.stringify(server.hostname);
    yield `${index ? ',' : ''}{"deployKey":${deployKey},"hostname":${hostname},"status":"${server.status}","taskResult":[`;
    for (const [position, task] of server.tasks.entries()) {
      yield `${position ? ',' : ''}{"deployKey":${deployKey},"hostname":${hostname}`;
      yield* taskTexts(engine, task);
    }
    yield ']}';
  }
  yield `],"deployResultLocation":${JSON.stringify(answer.location)}}}`;
}

async function* taskTexts(engine: Pick<Engine, 'output'>, task: TaskResult): AsyncGenerator<string> {
  yield `,"orderNo":${task.orderNo},"taskName":${JSON.stringify(task.taskName)},"result":`;
  yield* sourceTexts(engine, task.result);
  yield ',"stdErrResult":';
  yield* sourceTexts(engine, task.stdErrResult);
  yield `,"status":${JSON.stringify(task.status)},"saltJid":null,"stdoutCompleteStatus":null,"exitCode":${task.exitCode}}`;
}

async function* sourceTexts(engine: Pick<Engine, 'output'>, source: TextSource): AsyncGenerator<string> {
  if (source.kind === 'text') {
    yield JSON.stringify(source.text);
    return;
  }
  let empty = true;
  for await (const text of outputTexts(engine, source)) {
    if (text === '') continue;
    yield empty ? `"${inside(text)}` : inside(text);
    empty = false;
  }
  if (empty) {
    yield JSON.stringify(source.note ?? source.otherwise);
    return;
  }
  yield source.note === null ? '"' : `${inside(`\n${source.note}`)}"`;
}

/** The text as it stands between the quotes of a JSON string. */
function inside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

async function* outputTexts(
  engine: Pick<Engine, 'output'>,
  source: Extract<TextSource, { kind: 'output' }>,
): AsyncGenerator<string> {
  const tail = await engine.output(source.hostRunId, source.stepIndex, source.stream);
  if (!tail || tail.size === 0) return;
  const notice = tail.offset > 0 ? `[the first ${tail.offset} bytes were cut]\n` : '';
  yield notice;
  let skip = Math.max(0, tail.size + notice.length - mostOutput);
  let begun = tail.offset === 0 && skip === 0;
  const decoder = new StringDecoder('utf8');
  for await (const chunk of tail.open() as AsyncIterable<Buffer>) {
    let bytes = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - bytes.length;
    if (!begun && bytes.length > 0) {
      bytes = bytes.subarray(restOfCharacter(bytes));
      begun = true;
    }
    yield decoder.write(bytes);
  }
  yield decoder.end();
}

/** A cut may fall into a character: how many bytes of it stand at the beginning (at most 3 in UTF-8). */
function restOfCharacter(bytes: Buffer): number {
  let count = 0;
  while (count < 3 && count < bytes.length && ((bytes[count] ?? 0) & 0xc0) === 0x80) count += 1;
  return count;
}
