import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Measures } from '../../src/router/measures/measures.ts';
import { reportMeasures } from '../../src/router/measures/report-measures.ts';
import { ManualClock } from '../../src/storage/index.ts';
import { useTestEngines } from '../harness/engine.ts';

const { engine: open } = useTestEngines();
const host = 'shop.localhost';

test.each([
  ['is right', 0],
  ['is ten minutes ahead', 600_000],
  ['is ten minutes behind', -600_000],
])(
  'what a router counts whose clock %s is found in the minute in which it was counted',
  async (_name, ahead) => {
    const clock = new ManualClock(1_700_000_000_000);
    const room = await open({ clock });
    const now = () => clock.now() + ahead;
    const measures = new Measures(now);
    const stop = new AbortController();
    measures.count(host, 'new', 12, true);
    await reportMeasures({
      ...{ router: randomUUID(), measures, stop: stop.signal, period: 1, now },
      async send(report) {
        if (report.sequence === 1 && clock.now() < 1_700_000_020_000) {
          clock.advance(20_000);
          measures.count(host, 'new', 30, false);
          throw new Error('no answer in time');
        }
        await room.engine.routers.measures(report);
        if (report.sequence === 2) stop.abort();
      },
    });
    clock.advance(5_000);
    const lastMinute = { from: clock.now() - 60_000, to: clock.now(), periodSeconds: 10 };
    const found = await room.engine.routes.measures({ hosts: [host], ...lastMinute });
    expect(found.map(({ at, requests, errors }) => [at, requests, errors])).toEqual([
      [1_700_000_000_000, 1, 1],
      [1_700_000_020_000, 1, 0],
    ]);
  },
);
