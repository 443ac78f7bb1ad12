import { expect, test } from 'vitest';
import { ManualClock } from '../storage/index.ts';
import { FailureThrottle } from './failure-throttle.ts';

const make = () => {
  const clock = new ManualClock();
  return { clock, throttle: new FailureThrottle(clock, { limit: 3, milliseconds: 60_000 }) };
};

test('a caller is refused after the limit of failures, and may try again when the window is over', () => {
  const { clock, throttle } = make();
  for (let attempt = 0; attempt < 3; attempt++) {
    throttle.check('a');
    throttle.failed('a');
  }
  clock.advance(20_000);
  expect(() => throttle.check('a')).toThrow('Too many failed attempts; try again in 40 s');
  clock.advance(40_000);
  expect(() => throttle.check('a')).not.toThrow();
});

test('attempts count from their beginning, and those that were never looked at do not count', async () => {
  const { throttle } = make();
  const attempts = Array.from({ length: 5 }, () => throttle.attempt('a', async () => false));
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  for (let attempt = 0; attempt < 5; attempt++) {
    const away = throttle.attempt('b', () => Promise.reject(new Error('the database is away')));
    await expect(away).rejects.toThrow('the database is away');
  }
  expect(await throttle.attempt('b', async () => true)).toBe(true);
});

test('one caller’s failures do not refuse another', () => {
  const { throttle } = make();
  for (let attempt = 0; attempt < 5; attempt++) throttle.failed('a');
  expect(() => throttle.check('b')).not.toThrow();
});

test('a success forgets the failures before it', () => {
  const { throttle } = make();
  throttle.failed('a');
  throttle.failed('a');
  throttle.succeeded('a');
  throttle.failed('a');
  expect(() => throttle.check('a')).not.toThrow();
});

test('a flood of strangers pushes out the oldest and keeps the newest', () => {
  const { throttle } = make();
  for (let attempt = 0; attempt < 3; attempt++) throttle.failed('first');
  for (let stranger = 0; stranger < 10_000; stranger++) throttle.failed(`stranger ${stranger}`);
  expect(() => throttle.check('first')).not.toThrow();
  for (let attempt = 0; attempt < 3; attempt++) throttle.failed('last');
  expect(() => throttle.check('last')).toThrow('Too many');
});
