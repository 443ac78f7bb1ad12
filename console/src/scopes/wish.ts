import type { NewDeployment, ReleaseChoice } from '../deploy-api.ts';

/** How a release is to be deployed, as the form has it. */
export interface Wish {
  /** In percent. */
  readonly traffic: number;
  /** The id of a strategy as text; empty: by hand. */
  readonly strategy: string;
  /** Empty: the usual one. */
  readonly asset: string;
  readonly description: string;
}

/** What the form says at first. */
export const firstWish: Wish = { traffic: 0, strategy: '', asset: '', description: '' };

/** What is sent for it. */
export function newDeployment(release: ReleaseChoice, wish: Wish): NewDeployment {
  const { traffic, strategy, asset, description } = wish;
  return {
    releaseId: release.id,
    ...(traffic === 0 ? {} : { traffic }),
    ...(strategy === '' ? {} : { strategyId: Number(strategy) }),
    ...(release.build?.assets.includes(asset) ? { assetName: asset } : {}),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
  };
}
