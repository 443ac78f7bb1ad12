import { describe, expect, test } from 'vitest';
import { flagsOf, globalFlags } from './command.ts';
import { readCommandLine } from './command-line.ts';
import { commands } from './commands.ts';

const read = (line: string) => readCommandLine(commands, line.split(' '));

test.each([
  ['deployment read --id 6', 'deployment read', { id: '6' }],
  ['--api-key k deployment read --id=6', 'deployment read', { 'api-key': 'k', id: '6' }],
  ['build start --application-id 4', 'build start', { application_id: '4' }],
  ['build list --application_id 4 --commit.id c0', 'build list', { application_id: '4', 'commit.id': 'c0' }],
  [
    'deployment list --include_messages true --limit 1',
    'deployment list',
    { include_messages: 'true', limit: '1' },
  ],
  ['deployment list --include_messages=false', 'deployment list', {}],
  ['api_key list', 'api-key list', {}],
  ['deployment patch --id 6 --body -', 'deployment patch', { id: '6', body: '-' }],
  [
    'build start --repository https://x/y --path app --commit-sha c0 --commit-permalink https://x/y/c0',
    'build start',
    {
      repository_url: 'https://x/y',
      repository_app_path: 'app',
      'commit.id': 'c0',
      'commit.permalink': 'https://x/y/c0',
    },
  ],
  [
    'asset push --type bundle --current-build-status pending --no-login',
    'asset push',
    { type: 'bundle', current_status: 'pending', 'no-login': 'true' },
  ],
  ['service action read --serviceId s --actionId a', 'service action read', { id: 's', action: 'a' }],
  ['parameter value delete --id 1 --value 2', 'parameter value delete', { id: '1', value: '2' }],
])('np %s', (line, words, flags) => {
  expect(read(line)).toMatchObject({ kind: 'run', command: { words }, flags });
});

test.each([
  ['deploymnt list', 'did you mean deployment?'],
  ['deployment lst', 'np deployment has no “lst”; did you mean list?'],
  ['deployment read --idd 6', 'did you mean --id?'],
  ['deployment read --id 6 --branch x', 'np deployment read has no flag --branch'],
  ['deployment read', 'np deployment read needs --id'],
  ['deployment read --id', '--id needs a value'],
  ['deployment read --id --query .x', '--id needs a value'],
  ['deployment read --id 6 --format bsh', '--format is one of json, bash, not “bsh”; did you mean bash?'],
  ['deployment read --commit-sha c0', 'np deployment read has no flag --commit-sha'],
  ['service action list --actionId 6', 'np service action list has no flag --actionId'],
  ['deployment read 6 --id 6', 'np deployment read takes no word “6”'],
  ['completion bsh', 'did you mean bash?'],
])('np %s is wrong usage', (line, message) => {
  expect(() => read(line)).toThrow(message);
});

test.each([
  ['', [], false],
  ['--help', [], true],
  ['help deployment', ['deployment'], true],
  ['deployment -h', ['deployment'], true],
  ['deployment read --help', ['deployment', 'read'], true],
])('np %s asks for help', (line, words, isAsked) => {
  expect(readCommandLine(commands, line.split(' ').filter(Boolean))).toEqual({
    kind: 'help',
    words,
    isAsked,
  });
});

describe('the table', () => {
  test('a flag takes a value in every command or in none, in one spelling', () => {
    const kinds = new Map<string, boolean>();
    for (const flag of [...globalFlags, ...commands.flatMap(flagsOf)]) {
      const spelling = flag.name.replaceAll('-', '_');
      expect([spelling, kinds.get(spelling) ?? flag.isSwitch === true]).toEqual([
        spelling,
        flag.isSwitch === true,
      ]);
      kinds.set(spelling, flag.isSwitch === true);
    }
  });

  test('no two commands have the same words, and every example is read as its own command', () => {
    expect(new Set(commands.map(({ words }) => words)).size).toBe(commands.length);
    for (const { words, example = '' } of commands) {
      const parts = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      expect(readCommandLine(commands, [...words.split(' '), ...parts])).toMatchObject({
        command: { words },
      });
    }
  });
});
