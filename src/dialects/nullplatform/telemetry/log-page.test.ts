import { expect, test } from 'vitest';
import { endOfLog, type LogLine, logPage, readLogToken } from './log-page.ts';

const one = '00000000-0000-4000-8000-00000000000a';
const two = '00000000-0000-4000-8000-00000000000b';
const now = 2e6;

/** A line of a cluster, which nobody counted. */
function line(instance: string, at: number, text: string): LogLine {
  return { instance, at, stream: 'stdout', text, arrivedAt: at, number: 0 };
}

/** A line of a host, as the server stored it. */
function stored(instance: string, at: number, text: string, arrivedAt: number, number: number): LogLine {
  return { instance, at, stream: 'stdout', text, arrivedAt, number };
}

function texts(lines: readonly LogLine[]): string[] {
  return lines.map(({ text }) => text);
}

function follow(lines: readonly LogLine[], token: string | null, limit = 100) {
  return logPage(lines, token === null ? undefined : readLogToken(token), limit, now);
}

test('the first page is the end of the log, and the next one is empty until something is written', () => {
  const lines = [line(one, 1e6, 'a'), line(one, 1e6 + 1, 'b'), line(one, 1e6 + 2, 'c')];
  const first = follow(lines, null, 2);
  expect(texts(first.lines)).toEqual(['b', 'c']);
  const second = follow(lines, first.token);
  expect(second).toEqual({ lines: [], token: first.token });
  expect(texts(follow([...lines, line(one, 1e6 + 2, 'd')], second.token).lines)).toEqual(['d']);
});

test('whoever follows misses no line of a burst that is longer than a page', () => {
  const lines = Array.from({ length: 25 }, (_, index) => line(one, 1e6 + (index >> 2), String(index)));
  let { token } = follow(lines.slice(0, 3), null, 10);
  const seen: string[] = [];
  for (const _page of [1, 2, 3]) {
    const page = follow(lines, token, 10);
    seen.push(...texts(page.lines));
    token = page.token;
  }
  expect(seen).toEqual(texts(lines.slice(3)));
});

test('whoever begins in a burst that is longer than a page gets no line of it twice', async () => {
  const lines = Array.from({ length: 12 }, (_, index) => line(one, 1e6, String(index)));
  const read = async ({ after = 0, limit }: { after?: number; limit: number }) =>
    lines.filter(({ at }) => at > after).slice(-limit);
  const first = logPage(await endOfLog(read, 5, 1000), undefined, 5, now);
  expect(texts(first.lines)).toEqual(['7', '8', '9', '10', '11']);
  expect(follow(lines, first.token).lines).toEqual([]);
  expect(texts(follow([...lines, line(one, 1e6, 'next')], first.token).lines)).toEqual(['next']);
});

test('a host whose clock is ahead does not hide what the others write', () => {
  const ahead = line(one, now + 9e8, 'ahead');
  const first = follow([ahead], null);
  const page = follow([line(two, now - 1000, 'on time'), ahead], first.token);
  expect(texts(page.lines)).toEqual(['on time']);
});

test('a line that a slower host reports later is given all the same, once', () => {
  const { token } = follow([line(one, 1e6 + 5000, 'fast')], null);
  const late = [line(two, 1e6 + 4000, 'slow'), line(one, 1e6 + 5000, 'fast')];
  const page = follow(late, token);
  expect(texts(page.lines)).toEqual(['slow']);
  expect(follow(late, page.token).lines).toEqual([]);
});

test('what a host was cut off with for an hour is given when it comes, though younger lines were given before', () => {
  const known = stored(two, 1e6 + 5000, 'young', 1e6 + 5100, 1);
  const { token } = follow([known], null);
  const late = stored(one, 1000, 'an hour old', 1e6 + 9000, 1);
  const page = follow([late, known], token);
  expect(texts(page.lines)).toEqual(['an hour old']);
  expect(follow([late, known], page.token).lines).toEqual([]);
  // Of one instance too: what it wrote to one stream may come after what it wrote to the other later.
  const other = stored(two, 1e6, 'the other stream', 1e6 + 9100, 2);
  const next = follow([late, other, known], page.token);
  expect(texts(next.lines)).toEqual(['the other stream']);
  expect(follow([late, other, known], next.token).lines).toEqual([]);
});

test('lines that arrived at once and are more than a page are all given, the page after the other', () => {
  const lines = Array.from({ length: 25 }, (_, index) =>
    stored(one, 2000 - index, `${index}`, 1e6, index + 1),
  );
  const oldestFirst = [...lines].reverse();
  let { token } = follow([stored(two, 1, 'before', 1e6 - 1, 1)], null);
  const seen: string[] = [];
  for (const _page of [1, 2, 3, 4]) {
    const page = follow(oldestFirst, token, 10);
    seen.push(...texts(page.lines));
    token = page.token;
  }
  expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(texts(lines));
});

test('a log in which nothing stands has no token, and what is no token is not read', () => {
  expect(follow([], null)).toEqual({ lines: [], token: null });
  expect(follow([], '5')).toEqual({ lines: [], token: '5' });
  for (const text of ['', 'x', '1~', '1~a:b:c', `1~${'a'.repeat(9)}:1:1`]) {
    expect(readLogToken(text)).toBeUndefined();
  }
});
