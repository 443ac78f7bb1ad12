import { describe, expect, it } from 'vitest';
import { csvRow } from './deployment-csv.ts';

const row = {
  id: 7,
  project_id: 1,
  artifact_id: 1,
  server_group_id: 2,
  scenario_id: 3,
  rollout_id: 'r',
  status: 'SUCCESS' as const,
  artifact_name: 'shop-api',
  scenario_name: 'release',
  server_group_name: 'web',
  binary_version: null,
  executor: 'dev@example.com',
  executed_at: Date.UTC(2026, 0, 1),
  ended_at: null,
  note: null,
};

describe('the history as CSV', () => {
  it('is one line a deployment, with dates of the zone', () => {
    expect(csvRow(row, 'Asia/Seoul')).toBe(
      '7,SUCCESS,release,web,,dev@example.com,2026-01-01T09:00:00+09:00,,\r\n',
    );
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@cmd', "'@cmd"],
    ['\r=1', '"\'\r=1"'],
  ])('the note %j is written %j', (note, written) => {
    expect(csvRow({ ...row, note }, 'Asia/Seoul').split('+09:00,,')[1]).toBe(`${written}\r\n`);
  });
});
