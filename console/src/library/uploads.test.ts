import { expect, test } from 'vitest';
import { Problem } from '../request.ts';
import { isNameTaken, nextUploads, retried, tallyOf, type Upload, withUpload } from './uploads.ts';

const upload = (id: number, part: Partial<Upload> = {}): Upload => ({
  id,
  service: '1',
  path: `/p${id}.png`,
  size: 100,
  sent: 0,
  state: 'waiting',
  collision: 'ask',
  ...part,
});
const taken = new Problem(409, 'conflict', 'There is same file name.');

test('three files are sent side by side, in their order', () => {
  const five = [1, 2, 3, 4, 5].map((id) => upload(id));
  expect(nextUploads(five).map(({ id }) => id)).toEqual([1, 2, 3]);
  const two = withUpload(withUpload(five, 1, { state: 'sending' }), 2, { state: 'sending' });
  expect(nextUploads(two).map(({ id }) => id)).toEqual([3]);
  expect(nextUploads(five.map((one) => ({ ...one, state: 'sending' as const })))).toEqual([]);
});

test('a refused file waits again, its name met as one chose; a stored one stays stored', () => {
  const list = [upload(1, { state: 'refused', sent: 50, problem: taken }), upload(2, { state: 'stored' })];
  expect(isNameTaken(list[0] as Upload)).toBe(true);
  const again = retried(retried(list, 1, 'replace'), 2);
  expect(again).toEqual([upload(1, { collision: 'replace' }), upload(2, { state: 'stored' })]);
  expect(isNameTaken(upload(1, { problem: new Problem(409, 'conflict', 'a folder is there') }))).toBe(false);
});

test('the tally counts bytes of what goes out, and a form that is larger than its file no further than the file', () => {
  const list = [
    upload(1, { state: 'stored' }),
    upload(2, { state: 'sending', sent: 120 }),
    upload(3),
    upload(4, { state: 'refused', sent: 100 }),
  ];
  expect(tallyOf(list)).toEqual({ all: 4, stored: 1, refused: 1, sentBytes: 200, allBytes: 300 });
});
