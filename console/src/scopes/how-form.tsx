import type { Choices, ReleaseChoice } from '../deploy-api.ts';
import { Choice } from '../parts/index.ts';
import type { Wish } from './wish.ts';

interface HowFormProps {
  readonly wish: Wish;
  readonly set: (wish: Wish) => void;
  readonly release: ReleaseChoice;
  /** The version that serves the scope; undefined for none. */
  readonly old: string | undefined;
  readonly strategies: Choices['strategies'];
  /** The asset that the scope runs, unless another is named. */
  readonly usualAsset: string | null;
}

/** How the chosen release is deployed: its first share of the traffic, what moves it, its asset, a description. */
export function HowForm({ wish, set, release, old, strategies, usualAsset }: HowFormProps) {
  const assets = release.build?.assets ?? [];
  return (
    <fieldset class="panel part">
      <legend class="unseen">How {release.semver} is deployed</legend>
      <h2>How</h2>
      <div class="how">
        {old === undefined ? (
          <p class="soft">
            It is the first version here: it takes all traffic as soon as its instances are healthy.
          </p>
        ) : (
          <label class="field">
            Traffic as soon as it runs
            <span class="how-traffic">
              <input
                type="range"
                min={0}
                max={100}
                value={wish.traffic}
                aria-valuetext={`${wish.traffic} % to ${release.semver}`}
                onInput={({ currentTarget }) => set({ ...wish, traffic: currentTarget.valueAsNumber })}
              />
              <output class="share-number">{wish.traffic} %</output>
            </span>
            <span class="hint">
              {old} gets the other {100 - wish.traffic} %. More can be moved while it runs.
            </span>
          </label>
        )}
        {old !== undefined && strategies.length > 0 && (
          <Choice
            label="Strategy"
            value={wish.strategy}
            set={(strategy) => set({ ...wish, strategy })}
            options={{
              '': 'None: traffic moves by hand',
              ...Object.fromEntries(strategies.map(({ id, name }) => [String(id), name])),
            }}
          />
        )}
        {assets.length > 1 && (
          <Choice
            label="Asset"
            value={wish.asset}
            set={(asset) => set({ ...wish, asset })}
            options={{
              '': usualAsset === null ? 'Choose one' : `As before: ${usualAsset}`,
              ...Object.fromEntries(assets.map((name) => [name, name])),
            }}
          />
        )}
        <label class="field">
          Description
          <input
            class="input"
            value={wish.description}
            maxLength={2000}
            placeholder="What it brings, for those who read the history"
            autocomplete="off"
            onInput={({ currentTarget }) => set({ ...wish, description: currentTarget.value })}
          />
        </label>
      </div>
    </fieldset>
  );
}
