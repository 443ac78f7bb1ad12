import { expect, test } from 'vitest';
import { systemMetric } from './system-metrics.ts';

const sample = (at: number, cpuMilliseconds: number, residentBytes: number) => ({
  ...{ instance: 'a', at, milliseconds: 10_000, cpuMilliseconds, residentBytes },
  ...{ cores: 2, memoryBytes: 1000 },
});

const samples = [sample(60_000, 5000, 100), sample(70_000, 15_000, 300), sample(130_000, 0, 333.333)];

test('the processor is in percent of all that the host has, as the mean of each period', () => {
  expect(systemMetric('system.cpu_usage_percentage', samples, 60)).toEqual([
    { at: 60_000, value: 50 },
    { at: 120_000, value: 0 },
  ]);
});

test('memory is in percent of the host’s', () => {
  expect(systemMetric('system.memory_usage_percentage', samples, 60)).toEqual([
    { at: 60_000, value: 20 },
    { at: 120_000, value: 33.33 },
  ]);
});

test('of a metric that is none there is nothing', () => {
  expect(systemMetric('toString', samples, 60)).toEqual([]);
});
