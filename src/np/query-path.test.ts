import { expect, test } from 'vitest';
import { follow, rawText, readQueryPath } from './query-path.ts';

const answer = {
  status: 'running',
  größe: 3,
  data: { traffic: 25, 'a.b': true, none: null },
  results: [{ id: 1 }, { id: 2 }],
};

test.each([
  ['.status', ['running']],
  ['status', ['running']],
  ['.data.traffic', ['25']],
  ['.data["a.b"]', ['true']],
  ['.data["\\u0061.b"]', ['true']],
  ['.größe', ['3']],
  ['.data.none', ['null']],
  ['.results[0].id', ['1']],
  ['.results[-1].id', ['2']],
  ['.results[].id', ['1', '2']],
  ['.results[9].id', ['null']],
  ['.nothing.at.all', ['null']],
  ['.toString', ['null']],
  ['.data', ['{"traffic":25,"a.b":true,"none":null}']],
  ['.', [JSON.stringify(answer)]],
])('%s', (path, expected) => {
  expect(follow(answer, readQueryPath(path)).map(rawText)).toEqual(expected);
});

test.each(['..', '.a[', '.a[x]', 'a b', '.a | length', '.["\\x"]', '.a["b'])('%s cannot be read', (path) => {
  expect(() => readQueryPath(path)).toThrow('cannot be read from');
});
