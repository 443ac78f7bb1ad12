import { expect, test } from 'vitest';
import { createEventParser } from './event-stream.ts';

test('events come out whole, however the stream was cut', () => {
  const text = ': hello\n\nevent: rollout\nid: 7\ndata: {"a":\ndata: 1}\n\ndata:x\r\n\r\ndata: open';
  for (let cut = 1; cut < text.length; cut += 1) {
    const parse = createEventParser();
    const events = [...parse(text.slice(0, cut)), ...parse(text.slice(cut))];
    expect(events, `cut at ${cut}`).toEqual([
      { event: 'rollout', id: '7', data: '{"a":\n1}' },
      { event: 'message', id: '7', data: 'x' },
    ]);
  }
});
