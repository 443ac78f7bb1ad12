import { expect, test } from 'vitest';
import { firstWish, newDeployment } from './wish.ts';

const build = {
  id: 9,
  branch: null,
  commit: 'c0ffee',
  description: null,
  createdAt: 0,
  assets: ['web', 'worker'],
};
const release = { id: 7, semver: '1.0.0', createdAt: 0, build };

test('what nobody chose is not sent: the server knows what is usual', () => {
  expect(newDeployment(release, firstWish)).toEqual({ releaseId: 7 });
});

test('what somebody chose is sent, but no asset that another release had', () => {
  const wish = { traffic: 25, strategy: '12', asset: 'worker', description: ' Carts ' };
  const sent = { releaseId: 7, traffic: 25, strategyId: 12, description: 'Carts' };
  expect(newDeployment(release, wish)).toEqual({ ...sent, assetName: 'worker' });
  expect(newDeployment({ ...release, build: { ...build, assets: ['web'] } }, wish)).toEqual(sent);
});
