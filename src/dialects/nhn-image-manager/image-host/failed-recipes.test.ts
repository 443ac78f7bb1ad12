import { expect, test } from 'vitest';
import type { Recipe, StoredFile } from '../../../media/index.ts';
import { ManualClock } from '../../../storage/index.ts';
import { FailedRecipes } from './failed-recipes.ts';

const file = (id: string, sha256 = 'first') => ({ id, sha256 }) as StoredFile;
const recipe = (quality: number) => ({ quality }) as Recipe;

test('a failure is remembered for a minute, for this content and this recipe only', () => {
  const clock = new ManualClock(0);
  const failed = new FailedRecipes(clock);
  failed.add(file('a'), 'small', recipe(80));
  expect(failed.has(file('a'), 'small', recipe(80))).toBe(true);
  expect(failed.has(file('a', 'second'), 'small', recipe(80))).toBe(false);
  expect(failed.has(file('a'), 'small', recipe(81))).toBe(false);
  expect(failed.has(file('b'), 'small', recipe(80))).toBe(false);
  clock.advance(60_000);
  expect(failed.has(file('a'), 'small', recipe(80))).toBe(false);
});

test('of too many failures the oldest is forgotten', () => {
  const failed = new FailedRecipes(new ManualClock(0));
  for (let n = 0; n <= 2_000; n += 1) failed.add(file(`${n}`), 'small', recipe(80));
  expect(failed.has(file('0'), 'small', recipe(80))).toBe(false);
  expect(failed.has(file('1'), 'small', recipe(80))).toBe(true);
  expect(failed.has(file('2000'), 'small', recipe(80))).toBe(true);
});
