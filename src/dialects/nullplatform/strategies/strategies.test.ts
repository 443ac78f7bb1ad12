import { expect, test } from 'vitest';
import { brokenRule, type Measured, nextLookSeconds } from './metric-rules.ts';
import { readStrategyParameters } from './strategy-parameters.ts';

const rule = (metric: string, comparison: string, threshold: number) => ({ metric, comparison, threshold });

test('steps are taken as they stand, and one that is no list is repeated until all traffic is moved', () => {
  const steps = [
    { percentage: 10, interval: 30 },
    { percentage: 100, interval: '2m' },
  ];
  expect(readStrategyParameters({ traffic: { steps } }).steps).toEqual([
    { percentage: 10, intervalSeconds: 30 },
    { percentage: 100, intervalSeconds: 120 },
  ]);
  expect(readStrategyParameters({ traffic: { percentage: 40, interval: 30 } }).steps).toEqual(
    [40, 80, 100].map((percentage) => ({ percentage, intervalSeconds: 30 })),
  );
});

test('a JSON schema with defaults says the same as its values', () => {
  const rules = [rule('http.error_rate', 'greater_than', 0.3)];
  const schema = {
    type: 'object',
    properties: {
      metrics: {
        type: 'object',
        properties: { enabled: { default: true }, rules: { type: 'array', default: rules } },
      },
      traffic: { properties: { steps: { default: [{ percentage: 100, interval: 0 }] } } },
    },
  };
  expect(readStrategyParameters(schema)).toEqual({
    rules,
    steps: [{ percentage: 100, intervalSeconds: 0 }],
    unreadable: [],
  });
});

test.each([
  null,
  'x',
  [],
  { traffic: 7, metrics: { rules: 'x' } },
  { metrics: { enabled: false, rules: [rule('a', 'equal', 1)] } },
])('nothing comes of %j', (parameters) => {
  expect(readStrategyParameters(parameters)).toEqual({ steps: [], rules: [], unreadable: [] });
});

test('rules and steps that cannot be followed are named, and do not stop the others', () => {
  const good = rule('error_rate', 'greater_than', 0.1);
  const read = readStrategyParameters({
    traffic: { steps: [{ interval: 30 }, { percentage: 50, interval: 30 }] },
    metrics: { rules: [rule('error_rate', 'above', 0.1), good, rule('http.moons', 'equal', 1), 7] },
  });
  expect(read).toEqual({
    steps: [{ percentage: 50, intervalSeconds: 30 }],
    rules: [good],
    unreadable: [
      'rule {"metric":"error_rate","comparison":"above","threshold":0.1}',
      'rule {"metric":"http.moons","comparison":"equal","threshold":1}',
      'rule 7',
      'step {"interval":30}',
    ],
  });
});

const measured: Measured = {
  ...{ requests: 100, errors: 40, milliseconds: 5000, windowSeconds: 60, healthy: 1, wanted: 2 },
};

test.each([
  ['http.error_rate', 'greater_than', 0.3, true],
  ['http.error_rate', 'greater_than', 0.4, false],
  ['error_rate', 'equal', 0.4, true],
  ['http.response_time', 'greater_than', 49, true],
  ['http.rpm', 'less_than', 100, false],
  ['health', 'less_than', 1, true],
  ['unheard_of', 'greater_than', 0, false],
] as const)('%s %s %d holds: %s', (metric, comparison, threshold, holds) => {
  const why = brokenRule([{ metric, comparison, threshold }], measured);
  expect(why !== undefined).toBe(holds);
});

test('rates say nothing where nobody asked', () => {
  const idle = { ...measured, requests: 0, errors: 0, milliseconds: 0 };
  expect(
    brokenRule([{ metric: 'http.error_rate', comparison: 'equal', threshold: 0 }], idle),
  ).toBeUndefined();
});

test('rules are looked at every 30 seconds in the first five minutes, then every minute', () => {
  expect([0, 299_999, 300_000].map(nextLookSeconds)).toEqual([30, 30, 60]);
});
