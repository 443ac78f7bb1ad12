import { describe, expect, test } from 'vitest';
import { addressOf, filtersOf, queryOf, unfiltered } from './query.ts';

const now = Date.UTC(2026, 10, 21, 12);

describe('the filters of the deployments', () => {
  test('survive the way through the address', () => {
    const filters = filtersOf({
      text: 'shop & co',
      state: 'active',
      who: 'dev@example.com',
      when: 'between',
      from: '2026-11-01',
      to: '2026-11-02',
    });
    const { searchParams } = new URL(addressOf(filters), 'http://slipway');
    expect(filtersOf(Object.fromEntries(searchParams))).toEqual(filters);
  });

  test('leave out what was not chosen', () => {
    expect(addressOf(filtersOf({}))).toBe('/console/deployments');
    expect(addressOf(filtersOf({ when: 'day', from: '2026-11-01' }))).toBe('/console/deployments?when=day');
    expect(unfiltered(filtersOf({ before: '0190' }))).toBe(true);
    expect(unfiltered(filtersOf({ who: 'dev' }))).toBe(false);
  });

  test('ignore words in the address that they do not know', () => {
    expect(filtersOf({ state: 'odd', when: 'never' })).toEqual(filtersOf({}));
    expect(filtersOf({ state: 'constructor' }).state).toBe('');
  });

  test('become a question to the API for one more than a page', () => {
    expect(queryOf(filtersOf({}), now)).toEqual({ limit: 51 });
    expect(
      queryOf(
        filtersOf({
          text: ' api ',
          state: 'active',
          dialect: 'nhn-deploy',
          who: 'dev',
          when: 'day',
          before: '0190',
        }),
        now,
      ),
    ).toEqual({
      text: 'api',
      state: ['queued', 'running', 'cancelling', 'failing'],
      dialect: 'nhn-deploy',
      requestedBy: 'dev',
      from: now - 86_400_000,
      before: '0190',
      limit: 51,
    });
  });

  test('take both days of a span whole, in the zone of the reader', () => {
    expect(queryOf(filtersOf({ when: 'between', from: '2026-11-01', to: '2026-11-02' }), now)).toEqual({
      from: new Date(2026, 10, 1).getTime(),
      to: new Date(2026, 10, 3).getTime(),
      limit: 51,
    });
    expect(queryOf(filtersOf({ when: 'between', from: 'odd' }), now)).toEqual({ limit: 51 });
  });
});
