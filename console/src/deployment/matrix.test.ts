import { describe, expect, test } from 'vitest';
import type { HostRunView, RolloutView, StepRunState, StepRunView } from '../api.ts';
import { findCell, likelyCell } from './choose.ts';
import { matrixOf } from './matrix.ts';

function step(
  index: number,
  name: string,
  state: StepRunState = 'pending',
  endedAt: number | null = null,
): StepRunView {
  return {
    index,
    kind: 'script',
    name,
    state,
    exitCode: null,
    reason: null,
    reasonText: null,
    startedAt: null,
    endedAt,
    stdoutBytes: 0,
    stderrBytes: 0,
  };
}

function hostRun(id: number, steps: StepRunView[]): HostRunView {
  return {
    id,
    host: `s${id}`,
    position: id,
    state: 'running',
    reason: null,
    reasonText: null,
    startedAt: null,
    endedAt: null,
    steps,
  };
}

function rollout(...hostRuns: HostRunView[]): RolloutView {
  return {
    id: '0190',
    owner: { dialect: 'nhn-deploy', noun: 'deployment', id: '1' },
    title: 'shop-api · release',
    resource: '/',
    requestedBy: 'dev@example.com',
    state: 'running',
    reason: null,
    reasonText: null,
    acceptedAt: 0,
    startedAt: 0,
    endedAt: null,
    stages: [{ index: 0, name: 'web', compensation: false, hostRuns }],
  };
}

function table(...hostRuns: HostRunView[]) {
  const { columns, rows } = matrixOf({ index: 0, name: 'web', compensation: false, hostRuns });
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map(({ cells }) => cells.map((cell) => cell?.index)),
  };
}

describe('the matrix', () => {
  test('has one column a task when all servers do the same', () => {
    const steps = () => [step(0, 'put'), step(1, 'start')];
    expect(table(hostRun(1, steps()), hostRun(2, steps()))).toEqual({
      columns: ['put', 'start'],
      rows: [
        [0, 1],
        [0, 1],
      ],
    });
  });

  test('keeps two tasks of one name apart', () => {
    expect(table(hostRun(1, [step(0, 'check'), step(1, 'start'), step(2, 'check')])).columns).toEqual([
      'check',
      'start',
      'check',
    ]);
  });

  test('puts a task that only some servers have where it stands on them', () => {
    expect(
      table(
        hostRun(1, [step(0, 'put'), step(1, 'start')]),
        hostRun(2, [step(0, 'put'), step(1, 'migrate'), step(2, 'start')]),
      ),
    ).toEqual({
      columns: ['put', 'migrate', 'start'],
      rows: [
        [0, undefined, 1],
        [0, 1, 2],
      ],
    });
  });

  test('has no columns before a deferred stage knows its steps', () => {
    expect(table(hostRun(1, []))).toEqual({ columns: [], rows: [[]] });
  });
});

describe('the cell that is shown unasked', () => {
  const chosen = (...hostRuns: HostRunView[]) => {
    const cell = likelyCell(rollout(...hostRuns));
    return cell === undefined ? undefined : `${cell.hostRun.host} ${cell.step.name}`;
  };

  test('is the first that failed', () => {
    expect(
      chosen(
        hostRun(1, [step(0, 'put', 'succeeded', 9), step(1, 'start', 'running')]),
        hostRun(2, [step(0, 'put', 'failed', 5)]),
      ),
    ).toBe('s2 put');
  });

  test('is else the first that runs', () => {
    expect(
      chosen(
        hostRun(1, [step(0, 'put', 'succeeded', 9), step(1, 'start')]),
        hostRun(2, [step(0, 'put', 'running')]),
        hostRun(3, [step(0, 'put', 'running')]),
      ),
    ).toBe('s2 put');
  });

  test('is else the last that ended', () => {
    expect(
      chosen(
        hostRun(1, [step(0, 'put', 'succeeded', 9), step(1, 'start', 'succeeded', 12)]),
        hostRun(2, [step(0, 'put', 'succeeded', 11)]),
      ),
    ).toBe('s1 start');
  });

  test('is none before anything began', () => {
    expect(chosen(hostRun(1, [step(0, 'put')]))).toBeUndefined();
  });
});

test('a reference from an old address that names no cell finds none', () => {
  const view = rollout(hostRun(1, [step(0, 'put')]));
  expect(findCell(view, { hostRunId: 1, stepIndex: 0 })?.step.name).toBe('put');
  expect(findCell(view, { hostRunId: 1, stepIndex: 7 })).toBeUndefined();
  expect(findCell(view, { hostRunId: 9, stepIndex: 0 })).toBeUndefined();
});
