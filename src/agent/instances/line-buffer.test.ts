import { expect, test } from 'vitest';
import { LineBuffer } from './line-buffer.ts';

const line = (text: string) => ({ instance: 'a', at: 1, stream: 'stdout', text }) as const;
const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => text);

test('lines stay until they are acknowledged, and those that came meanwhile stay longer', () => {
  const buffer = new LineBuffer();
  buffer.add(line('1'));
  expect(texts(buffer.take())).toEqual(['1']);
  buffer.add(line('2'));
  expect(buffer.isTaken).toBe(false);
  buffer.acknowledge();
  expect(texts(buffer.take())).toEqual(['2']);
  expect(buffer.isTaken).toBe(true);
  buffer.acknowledge();
  expect(buffer.isEmpty).toBe(true);
});

test('a report holds at most 256 KiB; the rest comes with the next one', () => {
  const buffer = new LineBuffer();
  for (let index = 0; index < 100; index += 1) buffer.add(line('x'.repeat(8192)));
  const first = buffer.take();
  expect(first.length * 8192).toBeLessThanOrEqual(262_144);
  buffer.acknowledge();
  expect(first.length + buffer.take().length).toBeGreaterThan(first.length);
});

test('for a server that is away a MiB is kept, the newest; a report on its way loses none that it does not hold', () => {
  const buffer = new LineBuffer();
  buffer.add(line('first'));
  buffer.take();
  for (let index = 0; index < 200; index += 1) buffer.add(line(`${index}`.padEnd(8192)));
  buffer.acknowledge();
  const kept: string[] = [];
  for (let lines = buffer.take(); lines.length > 0; lines = buffer.take()) {
    kept.push(...texts(lines));
    buffer.acknowledge();
  }
  expect(kept.at(-1)?.trim()).toBe('199');
  expect(kept.length).toBeGreaterThan(120);
  expect(kept.length).toBeLessThan(129);
});
