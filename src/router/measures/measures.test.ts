import { expect, test } from 'vitest';
import { ServerRefusal } from '../../calls/index.ts';
import type { RouterMeasures } from '../../engine/router-protocol.ts';
import { intervalMilliseconds, Measures } from './measures.ts';
import { reportMeasures } from './report-measures.ts';

test('an interval begins at whole ten seconds, also when the clock moves on while a request is counted', () => {
  let now = 1_700_000_012_345;
  const measures = new Measures(() => now++);
  for (let count = 0; count < 100; count++) measures.count('h', 'p', 1, false);
  const taken = measures.take(10);
  expect(taken.map(({ at }) => at % intervalMilliseconds)).toEqual([0]);
  expect(taken[0]).toMatchObject({ at: 1_700_000_010_000, requests: 100 });
});

test('a report that the server can make nothing of holds up none of those that follow', async () => {
  const stop = new AbortController();
  const measures = new Measures(() => 0);
  const told: RouterMeasures[] = [];
  measures.count('first', 'p', 1, false);
  await reportMeasures({
    router: 'r',
    measures,
    stop: stop.signal,
    now: () => 0,
    period: 1,
    async send(report) {
      told.push(report);
      if (report.sequence > 1) return stop.abort();
      measures.count('second', 'p', 1, false);
      throw new ServerRefusal(400, 'wrong');
    },
  });
  expect(told.map(({ sequence, measures: [one] }) => [sequence, one?.host])).toEqual([
    [1, 'first'],
    [2, 'second'],
  ]);
});

test('a report that was not answered is sent again as it was, with the time of the sending', async () => {
  const stop = new AbortController();
  let now = 0;
  const measures = new Measures(() => 0);
  const told: RouterMeasures[] = [];
  measures.count('h', 'p', 1, false);
  await reportMeasures({
    router: 'r',
    measures,
    stop: stop.signal,
    now: () => now++,
    period: 1,
    async send(report) {
      told.push(report);
      if (told.length > 1) return stop.abort();
      measures.count('h', 'p', 1, false);
      throw new Error('no answer in time');
    },
  });
  expect(told[1]).toEqual({ ...told[0], sentAt: 1 });
});
