import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

/** Asks to enter and notes when it may. */
function ask(admission: Admission, entered: string[], name: string, repeated = false): Promise<void> {
  return admission.enter(repeated).then(() => void entered.push(name));
}

test('as many enter as there is width, and repeated units go before new ones', async () => {
  const admission = new Admission(2);
  const entered: string[] = [];
  const asked = [ask(admission, entered, 'a'), ask(admission, entered, 'b'), ask(admission, entered, 'c')];
  asked.push(ask(admission, entered, 'again', true));
  await Promise.all(asked.slice(0, 2));
  expect(entered).toEqual(['a', 'b']);
  admission.leave(false);
  await asked[3];
  expect(entered).toEqual(['a', 'b', 'again']);
  admission.leave(false);
  await asked[2];
  expect(entered).toEqual(['a', 'b', 'again', 'c']);
});

test('a collision narrows, and a row of units without one widens again', async () => {
  const admission = new Admission(4);
  await admission.enter(false);
  await admission.enter(false);
  admission.leave(true);
  admission.leave(true);
  const entered: string[] = [];
  await ask(admission, entered, 'alone');
  const second = ask(admission, entered, 'waits');
  await Promise.resolve();
  expect(entered).toEqual(['alone']);
  admission.leave(false);
  await second;
  for (let unit = 0; unit < 31; unit += 1) {
    admission.leave(false);
    await admission.enter(false);
  }
  await ask(admission, entered, 'beside the last one');
  expect(entered.at(-1)).toBe('beside the last one');
});
