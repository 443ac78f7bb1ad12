import { expect, test } from 'vitest';
import type { DeploymentStatus } from '../statuses.ts';
import { groupStatus, isSwitchable, memberDirective, takesDirective } from './group-status.ts';

test.each<[DeploymentStatus[], string]>([
  [['creating', 'running'], 'PENDING'],
  [['creating_approval'], 'PENDING'],
  [['running', 'running'], 'RUNNING'],
  [['finalized', 'running'], 'RUNNING'],
  [['finalizing', 'running'], 'FINALIZING'],
  [['finalized', 'failed'], 'FINALIZED'],
  [['failed', 'cancelled'], 'FAILED'],
  [['creating_approval_denied', 'cancelled'], 'CREATING_APPROVAL_DENIED'],
  [['cancelled', 'rolled_back'], 'CANCELED'],
])('a group of %s is %s', (members, expected) => {
  expect(groupStatus(members)).toBe(expected);
});

test('a group is cancelled only while all of it runs, and rolled back unless it finalises', () => {
  const taken = (status: Parameters<typeof takesDirective>[0]) =>
    (['finalizing', 'cancelling', 'rolling_back'] as const).filter((word) =>
      takesDirective(status, word, null),
    );
  expect(taken('PENDING')).toEqual(['rolling_back']);
  expect(taken('RUNNING')).toEqual(['finalizing', 'cancelling', 'rolling_back']);
  expect(taken('FINALIZING')).toEqual(['finalizing']);
  expect(taken('FAILED')).toEqual([]);
});

test('a directive that was given already is taken again', () => {
  expect(takesDirective('PENDING', 'cancelling', 'cancelling')).toBe(true);
  expect(takesDirective('CANCELED', 'rolling_back', 'rolling_back')).toBe(true);
  expect(takesDirective('FINALIZED', 'finalizing', 'finalizing')).toBe(true);
});

test('a rollback cancels the members that do not run yet, and leaves alone what has ended', () => {
  expect(memberDirective('rolling_back', 'waiting_for_instances')).toBe('cancelling');
  expect(memberDirective('rolling_back', 'running')).toBe('rolling_back');
  expect(memberDirective('rolling_back', 'finalized')).toBeUndefined();
  expect(memberDirective('finalizing', 'waiting_for_instances')).toBeUndefined();
});

test('the traffic of a first deployment is never moved', () => {
  expect(isSwitchable({ status: 'waiting_for_instances', strategy: 'initial' })).toBe(false);
  expect(isSwitchable({ status: 'waiting_for_instances', strategy: 'blue_green' })).toBe(true);
  expect(isSwitchable({ status: 'finalizing', strategy: 'blue_green' })).toBe(false);
});
