import { useState } from 'preact/hooks';
import { type BuildChoice, makeRelease } from '../deploy-api.ts';
import { Confirm, Moment, Table } from '../parts/index.ts';
import { BuildWords } from './release-list.tsx';

interface BuildListProps {
  /** Undefined while they are on their way. */
  readonly builds: readonly BuildChoice[] | undefined;
  /** The version that a release without one gets. */
  readonly nextSemver: string;
  readonly mayRelease: boolean;
  /** A release was made of the build. */
  readonly made: (release: { readonly id: number; readonly semver: string }, build: BuildChoice) => void;
}

/** The builds that succeeded and are no release yet; a release can be made of each. */
export function BuildList({ builds, nextSemver, mayRelease, made }: BuildListProps) {
  const [build, setBuild] = useState<BuildChoice>();
  const [semver, setSemver] = useState('');
  if (builds === undefined) return null;
  return (
    <section class="panel part" aria-labelledby="builds-title">
      <h2 id="builds-title">Builds without a release</h2>
      {builds.length === 0 ? (
        <p class="soft part-empty">Every build that succeeded and fits has a release.</p>
      ) : (
        <Table
          caption="Successful builds without a release, the newest first"
          columns={[
            'Build',
            'Assets',
            'Made',
            <span key="do" class="unseen">
              Actions
            </span>,
          ]}
          lastAtEnd
        >
          {builds.map((choice) => (
            <tr key={choice.id}>
              <th scope="row">
                <BuildWords build={choice} />
              </th>
              <td data-label="assets">{choice.assets.length === 0 ? 'none' : choice.assets.join(', ')}</td>
              <td>
                <Moment at={choice.createdAt} />
              </td>
              <td class="end">
                {mayRelease && (
                  <button
                    type="button"
                    class="button small"
                    onClick={() => {
                      setSemver('');
                      setBuild(choice);
                    }}
                  >
                    Make a release …<span class="unseen"> of {choice.commit.slice(0, 12)}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {!mayRelease && (
        <p class="soft part-empty">
          You may not make releases: it takes a role like developer or machine:ci.
        </p>
      )}
      {build !== undefined && (
        <Confirm
          title="Make a release of this build?"
          yes="Make the release"
          no="Not now"
          isHarmless
          act={async () => made(await makeRelease(build.id, semver.trim()), build)}
          close={() => setBuild(undefined)}
        >
          <p>
            <BuildWords build={build} />
          </p>
          <label class="field">
            Version
            <input
              class="input"
              value={semver}
              placeholder={nextSemver}
              autocomplete="off"
              onInput={({ currentTarget }) => setSemver(currentTarget.value)}
            />
            <span class="hint">Left empty, it is {nextSemver}. It cannot be changed later.</span>
          </label>
        </Confirm>
      )}
    </section>
  );
}
