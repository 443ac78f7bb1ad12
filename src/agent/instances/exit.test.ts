import { expect, test } from 'vitest';
import { isOutOfMemory, troubleOfExit } from './exit.ts';

const same = { before: 4, after: 4 };
const grown = { before: 4, after: 5 };

test.each([
  ['killed, and the system killed something for memory', { code: null, signal: 'SIGKILL' }, grown, '', true],
  ['a shell whose program was killed so', { code: 137, signal: null }, grown, '', true],
  ['killed by somebody', { code: null, signal: 'SIGKILL' }, same, '', false],
  ['ended otherwise at such a moment', { code: 1, signal: null }, grown, 'out of memory', false],
  ['a runtime that gave up', { code: null, signal: 'SIGABRT' }, same, 'FATAL: heap out of memory', true],
  ['a runtime that aborted for another reason', { code: 134, signal: null }, same, 'assertion', false],
] as const)('%s', (_, exit, kills, lines, isMemory) => {
  expect(isOutOfMemory(exit, kills, lines)).toBe(isMemory);
});

test.each([
  [{ code: 3, signal: null, isOutOfMemory: false }, 'crashed', 'exit code 3', 3],
  [{ code: 0, signal: null, isOutOfMemory: false }, 'crashed', 'exit code 0', 0],
  [{ code: 127, signal: null, isOutOfMemory: false }, 'crashed', 'the program was not found', 127],
  [{ code: null, signal: 'SIGKILL', isOutOfMemory: false }, 'crashed', 'SIGKILL', 137],
  [{ code: null, signal: 'SIGKILL', isOutOfMemory: true }, 'out-of-memory', 'out of memory', 137],
  [{ code: null, signal: null, isOutOfMemory: false }, 'crashed', 'while no agent ran', undefined],
] as const)('%j is told as %s', (exit, kind, text, exitCode) => {
  const trouble = troubleOfExit(exit, 'last words');
  expect(trouble.kind).toBe(kind);
  expect(trouble.text).toContain(text);
  expect(trouble.text).toContain('last words');
  expect(trouble.exitCode).toBe(exitCode);
});
