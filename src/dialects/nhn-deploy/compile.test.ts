import { describe, expect, it } from 'vitest';
import { agentCheck, CompileError, type CompileInput, compile } from './compile.ts';
import type { ScenarioContent } from './scenario.ts';

const jar = { sha256: 'a'.repeat(64), size: 5, fileName: 'app.jar' };
const configuration = { sha256: 'b'.repeat(64), size: 6, fileName: 'app.yml' };

function input(content: Partial<ScenarioContent>, change: Partial<CompileInput> = {}): CompileInput {
  return {
    content: { preRun: [], tasks: [], ...content },
    values: {
      artifact: { id: 1, name: 'shop-api' },
      serverGroup: { id: 2, name: 'web' },
      executor: 'dev@example.com',
      timestamp: Date.UTC(2026, 0, 1),
      timeZone: 'Asia/Seoul',
      binaries: new Map(),
      secrets: new Map([['token', 7]]),
    },
    shell: '/bin/bash',
    targets: ['s1', 's2', 's3'],
    concurrency: 0,
    nextWhenFail: false,
    binaries: new Map([[0, jar]]),
    files: new Map([[8, configuration]]),
    ...change,
  };
}

const command = (text: string, name = 'run') =>
  ({ type: 'user-command', name, timeoutMinutes: 5, command: text }) as const;
const preRun = (server: string, text: string) => ({ ...command(text), os: 'LINUX', server }) as const;

describe('compiling a deployment', () => {
  it('gives every target its check and the tasks in order', () => {
    const put = {
      type: 'binary-deploy',
      name: 'put',
      timeoutMinutes: 30,
      targetDirectory: '~/$${artifact.name}',
      group: 4,
    } as const;
    const { plan, layout } = compile(input({ tasks: [put, command('echo $${serverGroup.name}', 'start')] }));
    expect(plan).toEqual({
      stages: [
        {
          name: 'servers',
          hosts: ['s1', 's2', 's3'],
          concurrency: 0,
          onFailure: 'continue',
          steps: [
            { where: 'agent', kind: 'check-shell', name: agentCheck, timeoutSeconds: 60, shell: '/bin/bash' },
            {
              where: 'agent',
              kind: 'put-file',
              name: 'put',
              timeoutSeconds: 1800,
              blob: { sha256: jar.sha256, size: 5 },
              directory: '~/shop-api',
              fileName: 'app.jar',
            },
            {
              where: 'agent',
              kind: 'script',
              name: 'start',
              timeoutSeconds: 300,
              shell: '/bin/bash',
              text: 'echo web',
            },
          ],
        },
      ],
    });
    expect(layout).toEqual([
      {
        planStage: 0,
        hosts: ['s1', 's2', 's3'],
        tasks: [
          { orderNo: 1, name: 'put', type: 'binary-deploy', from: 1, to: 2 },
          { orderNo: 2, name: 'start', type: 'user-command', from: 2, to: 3 },
        ],
      },
    ]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [3, 3],
    [99, 3],
    [1e30, 3],
  ])('concurrentNum %d is a window of %d', (concurrency, window) => {
    expect(compile(input({ tasks: [command('x')] }, { concurrency })).plan.stages[0]?.concurrency).toBe(
      window,
    );
  });

  it.each([
    [1, false, 'stop'],
    [2, false, 'stop'],
    [2, true, 'continue'],
    [3, false, 'continue'],
    [0, false, 'continue'],
  ])(
    'with concurrentNum %d and nextWhenFail %s a failure means %s',
    (concurrency, nextWhenFail, onFailure) => {
      const { plan } = compile(input({ tasks: [command('x')] }, { concurrency, nextWhenFail }));
      expect(plan.stages[0]?.onFailure).toBe(onFailure);
    },
  );

  it('a File Deploy task is one task of several steps', () => {
    const task = {
      type: 'file-deploy',
      name: 'files',
      timeoutMinutes: 1,
      targetDirectory: '/etc',
      files: [8, 8],
    } as const;
    const { layout } = compile(input({ tasks: [task, command('x')] }));
    expect(layout[0]?.tasks.map(({ from, to }) => [from, to])).toEqual([
      [1, 3],
      [3, 4],
    ]);
  });

  it('pre-run tasks come first, in order, neighbours on one server together', () => {
    const content = {
      preRun: [preRun('b1', '1'), preRun('b1', '2'), preRun('b2', '3'), preRun('b1', '4')],
      tasks: [command('x')],
    };
    const { plan, layout } = compile(input(content));
    expect(plan.stages.map((stage) => [stage.name, stage.hosts, stage.steps?.length])).toEqual([
      ['pre-run 1', ['b1'], 3],
      ['pre-run 2', ['b2'], 2],
      ['pre-run 3', ['b1'], 2],
      ['servers', ['s1', 's2', 's3'], 2],
    ]);
    expect(layout.map((stage) => stage.tasks.map((task) => task.orderNo))).toEqual([[1, 2], [3], [4], [1]]);
  });

  it('without normal tasks the targets have nothing to do', () => {
    const { plan, layout } = compile(input({ preRun: [preRun('b1', 'make')] }));
    expect(plan.stages.map((stage) => stage.name)).toEqual(['pre-run 1']);
    expect(layout[1]).toEqual({ planStage: null, hosts: ['s1', 's2', 's3'], tasks: [] });
  });

  it('a step names the secrets in it and holds only their placeholders', () => {
    const { plan } = compile(input({ tasks: [command('login $${secret.token}'), command('echo')] }));
    const [, login, echo] = plan.stages[0]?.steps ?? [];
    expect(login).toMatchObject({
      secrets: [{ secretId: 7 }],
      text: expect.not.stringContaining('$${secret'),
    });
    expect(echo).not.toHaveProperty('secrets');
  });

  it('a command that variables make too long is refused', () => {
    const text = '$${serverGroup.name}'.repeat(10);
    const values = { ...input({}).values, serverGroup: { id: 2, name: 'w'.repeat(200_000) } };
    expect(() => compile(input({ tasks: [command(text)] }, { values }))).toThrow(CompileError);
  });
});
