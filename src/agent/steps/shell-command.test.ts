import { expect, test } from 'vitest';
import { findProgram } from '../find-program.ts';
import { scriptExtension, shellCommand, splitWords } from './shell-command.ts';

test.each([
  ['/bin/bash', ['/bin/bash']],
  ['  /bin/bash   -l ', ['/bin/bash', '-l']],
  ['"/opt/my shell/sh" -x', ['/opt/my shell/sh', '-x']],
  ["/opt/my\\ shell '-o' 'a b'", ['/opt/my shell', '-o', 'a b']],
  ['', []],
])('%s is split into %j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([
  ['/bin/bash', '/bin/bash', ['/f']],
  ['/usr/bin/env python3 -u', '/usr/bin/env', ['python3', '-u', '/f']],
  [
    'powershell',
    'powershell',
    ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', '/f'],
  ],
  ['/usr/bin/pwsh -NoLogo', '/usr/bin/pwsh', ['-NoLogo', '-File', '/f']],
])('%s runs a file', (shell, program, args) => {
  expect(shellCommand(shell, '/f')).toEqual({ program, args });
});

test('PowerShell scripts are called .ps1', () => {
  expect(scriptExtension('pwsh')).toBe('.ps1');
  expect(scriptExtension('/bin/bash')).toBe('');
});

test('a program is found by its path or in PATH, when it can be executed', () => {
  expect(findProgram('sh', '/nowhere:/bin')).toBe('/bin/sh');
  expect(findProgram('/bin/sh', '')).toBe('/bin/sh');
  expect(findProgram('/etc/passwd', '/bin')).toBeUndefined();
  expect(findProgram('/bin', '/')).toBeUndefined();
  expect(findProgram('nosh', '/bin')).toBeUndefined();
});
