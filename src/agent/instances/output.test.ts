import { appendFileSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstanceOutput, type OutputLine } from './output.ts';

let folder: string;
const opened: InstanceOutput[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-instance-output-'));
});
afterEach(() => {
  for (const output of opened.splice(0)) output.close();
  rmSync(folder, { recursive: true });
});

function open(masked: readonly string[] = []) {
  const said: OutputLine[] = [];
  const output = new InstanceOutput(folder, masked, (line) => said.push(line));
  opened.push(output);
  return { output, said };
}

const write = (text: string) => appendFileSync(join(folder, 'stdout.log'), text);

test('a line that is read again after a kill has its offset again, however its bytes came', () => {
  const text = `one\ntwo secret\n${'x'.repeat(20_000)}\nfour\n`;
  const first = open(['secret']);
  write('one\n');
  first.output.follow();
  first.output.markPositions();
  first.output.keepPositions();
  for (const part of text.slice(4).match(/.{1,5000}/gs) ?? []) {
    write(part);
    first.output.follow();
  }
  const second = open(['secret']);
  second.output.follow();
  expect(second.said).toEqual(first.said.slice(1));
  expect(first.said.map(({ text, offset }) => [text.slice(0, 10), offset])).toEqual([
    ['one', 4],
    ['two ******', 15],
    ['xxxxxxxxxx', 15 + 8192],
    ['xxxxxxxxxx', 15 + 2 * 8192],
    ['xxxxxxxxxx', 15 + 20_001],
    ['four', text.length],
  ]);
});

test('offsets grow on when the file is emptied, and with the next agent process', () => {
  const first = open();
  const line = `${'x'.repeat(4_095)}\n`;
  write(line.repeat(2_048));
  first.output.follow();
  expect(statSync(join(folder, 'stdout.log')).size).toBe(0);
  write('after\n');
  first.output.follow();
  expect(first.said.at(-1)).toEqual({ stream: 'stdout', text: 'after', offset: line.length * 2_048 + 6 });
  const second = open();
  second.output.follow();
  expect(second.said).toEqual([first.said.at(-1)]);
});

test('how far the server has the lines is replaced at once, so that a kill in between loses none of it', () => {
  const { output } = open();
  const keep = () => {
    output.follow();
    output.markPositions();
    output.keepPositions();
  };
  write('one\n');
  keep();
  linkSync(join(folder, 'positions.json'), join(folder, 'before'));
  write('two\n');
  keep();
  expect(JSON.parse(readFileSync(join(folder, 'before'), 'utf8'))).toMatchObject({ stdout: 4 });
  expect(JSON.parse(readFileSync(join(folder, 'positions.json'), 'utf8'))).toMatchObject({ stdout: 8 });
});

test('the last words of a process are a line without a line feed, too', () => {
  const { output, said } = open();
  write('begun\nlast words');
  output.follow();
  expect(said.map(({ text }) => text)).toEqual(['begun']);
  output.finish();
  write(' and the next process\n');
  output.follow();
  expect(said.map(({ text, offset }) => [text, offset])).toEqual([
    ['begun', 6],
    ['last words', 16],
    [' and the next process', 38],
  ]);
});
