import { expect, test } from 'vitest';
import { Problem } from '../request.ts';
import { inWords } from './act.ts';

test('a change of state that came too late is refused in the words that the page uses', () => {
  const refused = new Problem(400, 'invalid', 'Invalid status transition: rolled_back -> finalizing');
  expect(inWords(refused)).toMatchObject({
    status: 400,
    message: expect.stringContaining('the state of this deployment is "Rolled back"'),
  });
});

test('what else is refused is said as it came', () => {
  const refused = new Problem(400, 'invalid', 'The approval is not approved');
  expect(inWords(refused)).toBe(refused);
});
