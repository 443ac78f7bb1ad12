import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../test/harness/any-character.ts';
import { deploymentEnvelope } from './deployment-answer.ts';
import type { TextSource } from './deployment-result.ts';

const output: TextSource = {
  kind: 'output',
  hostRunId: 1,
  stepIndex: 1,
  stream: 'stdout',
  note: null,
  otherwise: '',
};

/** The answer of a run with one task whose kept output is `bytes`, in chunks of `chunkSize`. */
async function answerWith(
  bytes: Buffer,
  { chunkSize = 65_536, offset = 0, source = output as TextSource } = {},
) {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize));
  const engine = { output: async () => ({ offset, size: bytes.length, open: () => Readable.from(chunks) }) };
  const done = { orderNo: 1, taskName: 'run', status: 'success', exitCode: 0 } as const;
  const tasks = [{ ...done, result: source, stdErrResult: { kind: 'text', text: null } as const }];
  const servers = [{ hostname: 's1', status: 'success' as const, tasks }];
  const answer = { deployKey: 7, deployStatus: 'success' as const, servers, location: 'http://h/console' };
  const pieces: string[] = [];
  for await (const piece of deploymentEnvelope(engine, answer, 1000)) pieces.push(piece);
  return { text: pieces.join(''), pieces };
}

const resultOf = (text: string) => JSON.parse(text).body.deployResult[0].taskResult[0].result;

describe('the answer of a run', () => {
  it('has exactly the documented fields, on one line', async () => {
    const { text } = await answerWith(Buffer.from('hi\n'));
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({
      header: { isSuccessful: true, serverTime: 1000, resultCode: 'SUCCESS', resultMessage: 'success' },
      body: {
        deployKey: 7,
        deployStatus: 'success',
        deployResult: [
          {
            deployKey: 7,
            hostname: 's1',
            status: 'success',
            taskResult: [
              {
                deployKey: 7,
                hostname: 's1',
                orderNo: 1,
                taskName: 'run',
                result: 'hi\n',
                stdErrResult: null,
                status: 'success',
                saltJid: null,
                stdoutCompleteStatus: null,
                exitCode: 0,
              },
            ],
          },
        ],
        deployResultLocation: 'http://h/console',
      },
    });
  });

  it('carries any text as it was, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: anyCharacter }),
        fc.integer({ min: 1, max: 7 }),
        async (text, chunkSize) => {
          const bytes = Buffer.from(text);
          expect(resultOf((await answerWith(bytes, { chunkSize })).text)).toBe(bytes.toString());
        },
      ),
    );
  });

  it('is sent in pieces when the output is large', async () => {
    const { text, pieces } = await answerWith(Buffer.alloc(1_048_576, 'x'));
    expect(resultOf(text)).toHaveLength(1_048_576);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(100_000);
  });

  it('says what was cut, begins with a whole character, and stays within 1 MiB', async () => {
    const kept = Buffer.concat([Buffer.from('값').subarray(1), Buffer.alloc(1_048_574, 'x')]);
    const result: string = resultOf((await answerWith(kept, { offset: 500 })).text);
    expect(result.startsWith('[the first 500 bytes were cut]\nx')).toBe(true);
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(1_048_576);
  });

  it('a note stands behind the output, or alone', async () => {
    const source = { ...output, note: 'ended after 60 s' };
    expect(resultOf((await answerWith(Buffer.from('err'), { source })).text)).toBe('err\nended after 60 s');
    expect(resultOf((await answerWith(Buffer.alloc(0), { source })).text)).toBe('ended after 60 s');
  });
});
