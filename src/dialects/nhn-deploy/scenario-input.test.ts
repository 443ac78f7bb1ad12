import { describe, expect, it } from 'vitest';
import { readScenario, type ScenarioInput, type ScenarioReferences } from './scenario-input.ts';

const references: ScenarioReferences = {
  group: (reference) => (reference === 4 || reference === 'Default' ? 4 : undefined),
  binary: (key) => (key === 17 ? 17 : undefined),
  file: (reference) => (reference === 8 || reference === 'conf/app.yml' ? 8 : undefined),
};

function read(input: ScenarioInput) {
  const problems: [string, string][] = [];
  const content = readScenario(input, references, (path, message) => problems.push([path, message]));
  return { content, problems, paths: problems.map(([path]) => path) };
}

describe('reading a scenario', () => {
  it('takes the tasks of the documented declaration', () => {
    const { content, problems } = read({
      tasks: [
        {
          type: 'binary-deploy',
          name: 'put the jar',
          group: 4,
          latest: true,
          targetDirectory: '~/apps',
          variableAs: 'app',
        },
        {
          type: 'user-command',
          name: 'start',
          timeoutMinutes: 5,
          command: 'echo version $${binary.app.version}',
        },
      ],
    });
    expect(problems).toEqual([]);
    expect(content).toEqual({
      preRun: [],
      tasks: [
        {
          type: 'binary-deploy',
          name: 'put the jar',
          timeoutMinutes: 30,
          targetDirectory: '~/apps',
          variableAs: 'app',
          group: 4,
        },
        {
          type: 'user-command',
          name: 'start',
          timeoutMinutes: 5,
          command: 'echo version $${binary.app.version}',
        },
      ],
    });
  });

  it('turns names into ids and fills in defaults', () => {
    const { content } = read({
      preRun: [{ type: 'user-command', command: 'make', server: ' build-1 ', os: 'linux' }],
      tasks: [
        { type: 'binary-deploy', group: 'Default', targetDirectory: '/a' },
        { type: 'file-deploy', files: ['conf/app.yml', 8], targetDirectory: '/b' },
      ],
    });
    expect(content).toEqual({
      preRun: [
        {
          type: 'user-command',
          name: 'unnamed',
          timeoutMinutes: 30,
          command: 'make',
          os: 'LINUX',
          server: 'build-1',
        },
      ],
      tasks: [
        { type: 'binary-deploy', name: 'unnamed', timeoutMinutes: 30, targetDirectory: '/a', group: 4 },
        { type: 'file-deploy', name: 'unnamed', timeoutMinutes: 30, targetDirectory: '/b', files: [8, 8] },
      ],
    });
  });

  it('a scenario without tasks can be written, though not run', () => {
    expect(read({}).content).toEqual({ preRun: [], tasks: [] });
  });

  it.each<[string, ScenarioInput, string]>([
    ['a Jenkins task', { preRun: [{ type: 'jenkins-cli-build', server: 'b' }] }, 'preRun/0/type'],
    ['a deploy before the targets', { preRun: [{ type: 'binary-deploy', server: 'b' }] }, 'preRun/0/type'],
    ['no server before the targets', { preRun: [{ type: 'user-command', command: 'x' }] }, 'preRun/0/server'],
    [
      'an unknown system',
      { preRun: [{ type: 'user-command', command: 'x', server: 'b', os: 'BeOS' }] },
      'preRun/0/os',
    ],
    ['log monitoring', { tasks: [{ type: 'log-monitoring' }] }, 'tasks/0/type'],
    [
      'a long name',
      { tasks: [{ type: 'user-command', command: 'x', name: 'n'.repeat(51) }] },
      'tasks/0/name',
    ],
    [
      'a short timeout',
      { tasks: [{ type: 'user-command', command: 'x', timeoutMinutes: 0 }] },
      'tasks/0/timeoutMinutes',
    ],
    [
      'a long timeout',
      { tasks: [{ type: 'user-command', command: 'x', timeoutMinutes: 121 }] },
      'tasks/0/timeoutMinutes',
    ],
    [
      'half a minute',
      { tasks: [{ type: 'user-command', command: 'x', timeoutMinutes: 1.5 }] },
      'tasks/0/timeoutMinutes',
    ],
    ['no command', { tasks: [{ type: 'user-command', command: ' ' }] }, 'tasks/0/command'],
    ['a NUL in a command', { tasks: [{ type: 'user-command', command: 'x\0' }] }, 'tasks/0/command'],
    ['no directory', { tasks: [{ type: 'binary-deploy', group: 4 }] }, 'tasks/0/targetDirectory'],
    ['no binary', { tasks: [{ type: 'binary-deploy', targetDirectory: '/a' }] }, 'tasks/0/group'],
    [
      'a strange group',
      { tasks: [{ type: 'binary-deploy', targetDirectory: '/a', group: 5 }] },
      'tasks/0/group',
    ],
    [
      'a strange binary',
      { tasks: [{ type: 'binary-deploy', targetDirectory: '/a', binary: 5 }] },
      'tasks/0/binary',
    ],
    ['no files', { tasks: [{ type: 'file-deploy', targetDirectory: '/a', files: [] }] }, 'tasks/0/files'],
    [
      'a strange file',
      { tasks: [{ type: 'file-deploy', targetDirectory: '/a', files: ['x'] }] },
      'tasks/0/files/0',
    ],
  ])('%s is refused at its place', (_, input, path) => {
    const { content, paths } = read(input);
    expect(content).toBeUndefined();
    expect(paths).toEqual([path]);
  });

  it('two binaries known by one name are refused', () => {
    const task = { type: 'binary-deploy', group: 4, targetDirectory: '/a', variableAs: 'app' };
    expect(read({ tasks: [task, task] }).paths).toEqual(['tasks/1/variableAs']);
  });

  it('more files than one server takes steps are refused', () => {
    const task = { type: 'file-deploy', files: Array.from({ length: 200 }, () => 8), targetDirectory: '/a' };
    expect(read({ tasks: [task] }).paths).toEqual(['tasks']);
  });

  it('all mistakes are told at once', () => {
    const tasks = [
      { type: 'user-command' },
      { type: 'nope' },
      { type: 'user-command', command: 'x', timeoutMinutes: -1 },
    ];
    expect(read({ tasks }).paths).toEqual(['tasks/0/command', 'tasks/1/type', 'tasks/2/timeoutMinutes']);
  });
});
