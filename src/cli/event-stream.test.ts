import { expect, test } from 'vitest';
import { readEvents } from './event-stream.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const text = [
  ': open\n\n',
  'event: rollout\ndata: {"title":"배포"}\n\n',
  ':\n\n',
  'id: 17\nevent: output\ndata: {"offset":3}\n\n',
  'data: 1\n\n',
  'data: "never finished"',
].join('');

test.each([1, 2, 7, 1000])(
  'events are read whole from chunks of %i bytes, and heartbeats are skipped',
  async (size) => {
    const events = [];
    for await (const event of readEvents(chunksOf(new TextEncoder().encode(text), size))) events.push(event);
    expect(events).toEqual([
      { event: 'rollout', id: undefined, data: { title: '배포' } },
      { event: 'output', id: '17', data: { offset: 3 } },
      { event: 'message', id: undefined, data: 1 },
    ]);
  },
);
