import { expect, test } from 'vitest';
import { commands } from '../commands.ts';
import { proposals } from './proposals.ts';

test.each([
  ['dep', ['deployment', 'deployment-group', 'deployment-strategy']],
  ['deployment ', ['create', 'patch', 'read', 'list', 'watch']],
  ['parameter value ', ['create', 'delete']],
  ['deployment read --i', ['--id', '--include_messages', '--include']],
  ['deployment read --format ', ['json', 'bash']],
  ['--format bash deployment w', ['watch']],
  ['build update --status s', ['successful']],
  ['deployment read --id ', []],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['nothing ', []],
])('np %s', (line, expected) => {
  expect(proposals(commands, line.split(' '))).toEqual(expected);
});
