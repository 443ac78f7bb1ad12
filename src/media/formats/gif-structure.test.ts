import { expect, test } from 'vitest';
import { animation } from '../../../test/harness/pictures.ts';
import { isWholeGif } from './gif-structure.ts';

test('a GIF is whole to its trailer and no byte less, whatever follows', async () => {
  const whole = await animation(20, 10, ['red', 'lime', 'blue']);
  expect(isWholeGif(whole)).toBe(true);
  expect(isWholeGif(Buffer.concat([whole, Buffer.from('more')]))).toBe(true);
  for (let length = 0; length < whole.length; length += 1)
    expect(isWholeGif(whole.subarray(0, length)), `${length} bytes`).toBe(false);
});

test('a terminator too many before the trailer breaks nothing', async () => {
  const whole = await animation(20, 10, ['red', 'lime']);
  expect(isWholeGif(Buffer.concat([whole.subarray(0, -1), Buffer.from([0, 0x3b])]))).toBe(true);
});
