import { expect, test } from 'vitest';
import { frame, headLine, hintLines, messageLine, stateLine } from './watch-text.ts';
import { newMessages, type Watched } from './watched.ts';

const at = Date.UTC(2026, 0, 1, 12, 0, 0);
const deployment: Watched = {
  id: 6,
  status: 'running',
  strategy: 'blue_green',
  strategy_data: {
    desired_switched_traffic: 50,
    switched_traffic: 25,
    amount_instances_to_wait: 2,
    launched_instances: 2,
    healthy_instances: 1,
  },
  status_started_at: { running: new Date(at).toISOString() },
  messages: [{ level: 'INFO', message: 'created', timestamp: at }],
  release: { semver: '1.2.0' },
  scope: { name: 'production', domain: 'production.localhost' },
};

test('the frame shows status, traffic and health, in 80 columns', () => {
  expect(frame(deployment, at + 65_000, 80)).toEqual([
    '  status   running for 1 min 5 s',
    '  traffic  ██████░░░░░░░░░░░░░░░░░░  25 % on the new version, moving to 50 %',
    '  health   ████████████░░░░░░░░░░░░  1 of 2 instances healthy, 2 started',
  ]);
});

test('in a narrow terminal the bars give way to the numbers', () => {
  expect(frame(deployment, at, 60)).toEqual([
    '  status   running for 0 s',
    '  traffic  ██░░░░░  25 % on the new version, moving to 50 %',
    '  health   ████░░░  1 of 2 instances healthy, 2 started',
  ]);
  expect(frame(deployment, at, 52)).toContain('  traffic  25 % on the new version, moving to 50 %');
});

test('once it waits for its user, what they can do is said once', () => {
  const waiting = { ...deployment, status: 'waiting_for_instances' };
  expect(hintLines(waiting, deployment)).toEqual([
    `Move traffic:  np deployment patch --id 6 --body '{ strategy_data: { desired_switched_traffic: 50 } }'`,
    `Finalise:      np deployment patch --id 6 --body '{ status: "finalizing" }'`,
  ]);
  expect(hintLines(deployment, deployment)).toEqual([]);
  expect(hintLines(waiting, { ...deployment, strategy: 'initial' })).toEqual([]);
});

test('no line is wider than the terminal, because it could not be written over', () => {
  for (const line of frame(deployment, at, 40)) expect([...line].length).toBeLessThan(40);
});

test('before it starts there is only its status', () => {
  const young = { ...deployment, status: 'creating', strategy_data: {}, status_started_at: {} };
  expect(frame(young, at, 80)).toEqual(['  status   creating']);
  expect(stateLine(young)).toBe('creating');
});

test('lines for where nothing can be written over', () => {
  expect(headLine(deployment)).toBe('deployment 6: 1.2.0 to production, production.localhost (blue_green)');
  const scope = {
    name: 'production',
    domain: 'production.localhost',
    address: 'https://production.localhost',
  };
  expect(headLine({ ...deployment, scope })).toBe(
    'deployment 6: 1.2.0 to production, https://production.localhost (blue_green)',
  );
  expect(stateLine(deployment)).toBe(
    'running · 25 % of the traffic on the new version, moving to 50 % · 1 of 2 instances healthy, 2 started',
  );
});

test('a message cannot steer the terminal', () => {
  const message = messageLine({ level: 'ERROR', message: 'bad\u001b[2J\nthing', timestamp: at });
  expect(message).toBe('12:00:00  ERROR    bad [2J thing');
});

test('of messages only the new ones are told, also when the old ones are gone', () => {
  const again = { level: 'INFO', message: 'created', timestamp: at };
  const late = { level: 'WARNING', message: 'slow', timestamp: at + 1 };
  expect(newMessages(undefined, deployment)).toEqual(deployment.messages);
  expect(newMessages(deployment, { ...deployment, messages: [again, again, late] })).toEqual([again, late]);
  expect(newMessages(deployment, { ...deployment, messages: [late] })).toEqual([late]);
});
