import { describe, expect, it } from 'vitest';
import { formatSimpleDate } from './simple-date-format.ts';

// Wednesday, 2018-01-03 23:03:28.045 in Seoul.
const epoch = Date.UTC(2018, 0, 3, 14, 3, 28, 45);

describe('SimpleDateFormat patterns', () => {
  it.each([
    ['yyyyMMddHHmmss', '20180103230328'],
    ['yyyyMMdd', '20180103'],
    ['yyyy-MM-dd HH:mm:ss.SSS', '2018-01-03 23:03:28.045'],
    ['yy', '18'],
    ['y', '2018'],
    ['yyyyy', '02018'],
    ['M/d', '1/3'],
    ['MMM', 'Jan'],
    ['MMMM', 'January'],
    ['E', 'Wed'],
    ['EEEE', 'Wednesday'],
    ['u', '3'],
    ['a h', 'PM 11'],
    ['K', '11'],
    ['kk', '23'],
    ['D', '3'],
    ['DDD', '003'],
    ['w', '1'],
    ['W', '1'],
    ['F', '1'],
    ['S', '45'],
    ['z', 'KST'],
    ['Z', '+0900'],
    ['X XX XXX', '+09 +0900 +09:00'],
    ['G', 'AD'],
    ["yyyy'year'", '2018year'],
    ["''yyyy''", "'2018'"],
    ["'it''s'", "it's"],
    ['yyyy년', '2018년'],
    ['', ''],
  ])('%j gives %j', (pattern, text) => {
    expect(formatSimpleDate(pattern, epoch, 'Asia/Seoul')).toBe(text);
  });

  it.each([['foo'], ['yyyyb'], ["yyyy'open"], ['XXXX'], ['version']])('%j is no pattern', (pattern) => {
    expect(formatSimpleDate(pattern, epoch, 'Asia/Seoul')).toBeUndefined();
  });

  it('the last days of December belong to the week year of the January 1st that their week holds', () => {
    // Sunday, 2018-12-30: its week ends on Saturday, 2019-01-05.
    expect(formatSimpleDate('YYYY-ww', Date.UTC(2018, 11, 30, 3), 'Asia/Seoul')).toBe('2019-01');
    // Saturday, 2018-12-29.
    expect(formatSimpleDate('YYYY-ww', Date.UTC(2018, 11, 29, 3), 'Asia/Seoul')).toBe('2018-52');
  });

  it('midnight is hour 0, 24, 0 and 12', () => {
    expect(formatSimpleDate('H k K h', Date.UTC(2018, 0, 2, 15), 'Asia/Seoul')).toBe('0 24 0 12');
  });
});
