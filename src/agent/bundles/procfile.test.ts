import { expect, test } from 'vitest';
import { parseProcfile, shellText } from './procfile.ts';

test('each line of a Procfile names a process and its command', () => {
  const text =
    '# comment\r\nweb: node server.mjs --port $PORT\r\n\n worker:  ./run: it \nnothing here\nempty:\n';
  expect([...parseProcfile(text)]).toEqual([
    ['web', 'node server.mjs --port $PORT'],
    ['worker', './run: it'],
  ]);
});

test.each([
  ['node server.mjs', 'exec node server.mjs'],
  ['./run "a b" > log', 'exec ./run "a b" > log'],
  ['NAME=value node server.mjs', 'NAME=value node server.mjs'],
  ['cd app && node server.mjs', 'cd app && node server.mjs'],
  ['cd app', 'cd app'],
  ['exec node a', 'exec node a'],
  ['a | b', 'a | b'],
  ['(a)', '(a)'],
])('%s is run as %s', (command, text) => {
  expect(shellText(command)).toBe(text);
});

test('a line of blanks is read once', () => {
  const line = `web: a${' '.repeat(60_000)}b`;
  // A pattern would try the rest of the blanks for each of them, two billion steps a line.
  const lines = Array.from({ length: 20 }, () => line).join('\n');
  expect(parseProcfile(lines).size).toBe(1);
});
