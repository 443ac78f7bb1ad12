import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';

const task = Type.Union([
  Type.Object({ type: Type.Literal('command'), text: Type.String() }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('deploy'), group: Type.Integer() }, { additionalProperties: false }),
]);
const schema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    members: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Literal('ADMIN'), Type.Literal('VIEWER')])),
    ),
    tasks: Type.Optional(Type.Array(task)),
  },
  { additionalProperties: false },
);

const cases: [title: string, value: unknown, expected: [path: string, message: string][]][] = [
  ['a value that fits has no mistakes', { name: 'a', tasks: [{ type: 'command', text: 'x' }] }, []],
  ['a missing key is told with its path', {}, [['name', 'is missing']]],
  [
    'a mistyped key names the nearest known one',
    { name: 'a', taskz: [] },
    [['taskz', 'is not a known key; did you mean `tasks`?']],
  ],
  [
    'a far-off key lists the known ones',
    { name: 'a', xyzzy: 1 },
    [['xyzzy', 'is not a known key; there are name, members, tasks']],
  ],
  ['a list where an object belongs', [], [['', 'should be an object, not a list']]],
  [
    'a choice of objects is judged by the alternative that the value names',
    { name: 'a', tasks: [{ type: 'deploy', group: 'four' }] },
    [['tasks/0/group', 'must be integer']],
  ],
  [
    'an unknown alternative lists what there is',
    { name: 'a', tasks: [{ type: 'command', text: 'x' }, { type: 'depoly' }] },
    [['tasks/1/type', 'should be one of "command", "deploy", not "depoly"']],
  ],
  [
    'a literal of a record lists what there is',
    { name: 'a', members: { 'dev@example.com': 'OWNER' } },
    [['members/dev@example.com', 'should be one of "ADMIN", "VIEWER", not "OWNER"']],
  ],
  [
    'all mistakes are told at once',
    { name: '', tasks: {} },
    [
      ['name', 'must not have fewer than 1 characters'],
      ['tasks', 'should be a list, not an object'],
    ],
  ],
];

describe('mistakes in a value', () => {
  test.each(cases)('%s', (_title, value, expected) => {
    expect(explain(schema, value).map(({ path, message }) => [path, message])).toEqual(expected);
  });

  test('a text that may be a secret is never shown', () => {
    const secret = Type.Object({ password: Type.String({ minLength: 20 }) });
    expect(JSON.stringify(explain(secret, { password: 'hunter2' }))).not.toContain('hunter2');
  });
});
