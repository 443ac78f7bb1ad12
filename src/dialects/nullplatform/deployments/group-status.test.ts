import { expect, test } from 'vitest';
import type { DeploymentStatus } from '../statuses.ts';
import { deploymentStatuses, isInProgress } from './deployment-state.ts';
import { groupStatus, isSwitchable, memberDirective, takesDirective } from './group-status.ts';

test.each<[DeploymentStatus[], string]>([
  [['creating_approval'], 'PENDING'],
  [['creating', 'running'], 'PENDING'],
  [['waiting_for_instances', 'cancelling'], 'PENDING'],
  [['creating', 'cancelled'], 'PENDING'],
  [['creating', 'finalized'], 'PENDING'],
  [['creating_approval', 'creating_approval_denied'], 'PENDING'],
  [['running', 'running'], 'RUNNING'],
  [['running', 'finalized'], 'RUNNING'],
  [['running', 'failed'], 'RUNNING'],
  [['running', 'cancelled'], 'RUNNING'],
  [['running', 'cancelling'], 'RUNNING'],
  [['cancelling', 'cancelling'], 'RUNNING'],
  [['rolling_back', 'rolled_back'], 'RUNNING'],
  [['cancelling', 'cancelled'], 'RUNNING'],
  [['cancelling', 'finalized'], 'RUNNING'],
  [['finalizing', 'running'], 'FINALIZING'],
  [['finalizing', 'creating'], 'FINALIZING'],
  [['finalizing', 'rolling_back'], 'FINALIZING'],
  [['finalizing', 'failed'], 'FINALIZING'],
  [['finalized', 'finalized'], 'FINALIZED'],
  [['finalized', 'cancelled'], 'FINALIZED'],
  [['finalized', 'rolled_back'], 'FINALIZED'],
  [['finalized', 'creating_approval_denied'], 'FINALIZED'],
  [['deleting', 'deleted'], 'FINALIZED'],
  [['finalized', 'failed'], 'FAILED'],
  [['failed', 'cancelled'], 'FAILED'],
  [['failed', 'creating_approval_denied'], 'FAILED'],
  [['creating_approval_denied', 'cancelled'], 'CREATING_APPROVAL_DENIED'],
  [['cancelled', 'rolled_back'], 'CANCELED'],
  [['cancelled'], 'CANCELED'],
])('a group of %s is %s, in whichever order', (members, expected) => {
  expect(groupStatus(members)).toBe(expected);
  expect(groupStatus(members.toReversed())).toBe(expected);
});

test('of whatever its members are, a group has ended when all of them have, and only then', () => {
  const ends = ['FINALIZED', 'FAILED', 'CANCELED', 'CREATING_APPROVAL_DENIED'];
  for (const one of deploymentStatuses) {
    for (const two of deploymentStatuses) {
      for (const three of deploymentStatuses) {
        const members = [one, two, three];
        const hasEnded = !members.some(isInProgress);
        expect([members, ends.includes(groupStatus(members))]).toEqual([members, hasEnded]);
      }
    }
  }
});

test.each<[DeploymentStatus[], string[]]>([
  [['creating', 'running'], ['rolling_back']],
  [
    ['running', 'running'],
    ['finalizing', 'cancelling', 'rolling_back'],
  ],
  [
    ['running', 'finalized'],
    ['finalizing', 'cancelling', 'rolling_back'],
  ],
  [
    ['running', 'cancelling'],
    ['finalizing', 'cancelling', 'rolling_back'],
  ],
  [
    ['cancelling', 'cancelled'],
    ['cancelling', 'rolling_back'],
  ],
  [['finalizing', 'running'], ['finalizing']],
  [['finalized', 'failed'], ['finalizing']],
  [['failed', 'cancelled'], []],
])('a group of %s takes %s', (members, expected) => {
  const words = ['finalizing', 'cancelling', 'rolling_back'] as const;
  expect(words.filter((word) => takesDirective(members, word, null))).toEqual(expected);
});

test('a group that has ended by a directive takes it again', () => {
  expect(takesDirective(['rolled_back'], 'cancelling', 'cancelling')).toBe(true);
  expect(takesDirective(['cancelled'], 'rolling_back', 'rolling_back')).toBe(true);
  expect(takesDirective(['rolled_back'], 'rolling_back', 'cancelling')).toBe(false);
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
