import { describe, expect, it } from 'vitest';
import { readRunRequest } from './run-request.ts';

const defaults = {
  targets: undefined,
  concurrentNum: 0,
  nextWhenFail: false,
  deployNote: null,
  async: false,
  scenarioIds: undefined,
};

describe('the body of a run', () => {
  it.each<[Record<string, unknown>, Partial<typeof defaults> | Record<string, unknown>]>([
    [{}, {}],
    [{ unknown: [1, 2] }, {}],
    [
      { targetServerHostnames: null, concurrentNum: null, nextWhenFail: null, async: null, deployNote: null },
      {},
    ],
    [{ targetServerHostnames: 's2, s1' }, { targets: ['s2', 's1'] }],
    [{ targetServerHostnames: ' s1 ,,s1, ' }, { targets: ['s1'] }],
    [{ targetServerHostnames: '' }, {}],
    [{ targetServerHostnames: ' , ' }, {}],
    [{ concurrentNum: 2 }, { concurrentNum: 2 }],
    [{ concurrentNum: '1' }, { concurrentNum: 1 }],
    [{ concurrentNum: 1e15 }, { concurrentNum: 1e15 }],
    [{ nextWhenFail: 'TRUE', async: 'false' }, { nextWhenFail: true }],
    [{ async: true }, { async: true }],
    [{ deployNote: '' }, { deployNote: '' }],
    [{ deployNote: 'n'.repeat(65_535) }, { deployNote: 'n'.repeat(65_535) }],
    [{ scenarioIds: '3' }, { scenarioIds: [3] }],
    [{ scenarioIds: 3 }, { scenarioIds: [3] }],
    [{ scenarioIds: '3, 4' }, { scenarioIds: [3, 4] }],
    [{ scenarioIds: '' }, {}],
  ])('%j is understood', (body, change) => {
    expect(readRunRequest(body)).toEqual({ ...defaults, ...change });
  });

  it.each<[Record<string, unknown>]>([
    [{ targetServerHostnames: ['s1'] }],
    [{ targetServerHostnames: 1 }],
    [{ concurrentNum: -1 }],
    [{ concurrentNum: '-1' }],
    [{ concurrentNum: 1.5 }],
    [{ concurrentNum: '1.5' }],
    [{ concurrentNum: 'two' }],
    [{ concurrentNum: true }],
    [{ concurrentNum: {} }],
    [{ nextWhenFail: 'yes' }],
    [{ nextWhenFail: 1 }],
    [{ async: [] }],
    [{ deployNote: 5 }],
    [{ deployNote: 'n'.repeat(65_536) }],
    [{ deployNote: 'a\0b' }],
    [{ scenarioIds: '3,' }],
    [{ scenarioIds: 'x' }],
    [{ scenarioIds: 0 }],
    [{ scenarioIds: -3 }],
    [{ scenarioIds: 1.5 }],
    [{ scenarioIds: [3] }],
  ])('%j is a bad request', (body) => {
    expect(() => readRunRequest(body)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
