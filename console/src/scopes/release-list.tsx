import type { BuildChoice, ReleaseChoice } from '../deploy-api.ts';
import { Moment, Table } from '../parts/index.ts';

interface ReleaseListProps {
  /** Undefined while they are on their way. */
  readonly releases: readonly ReleaseChoice[] | undefined;
  /** The version that serves the scope. */
  readonly serving: string | undefined;
  readonly chosen: number | undefined;
  readonly choose: (release: ReleaseChoice) => void;
}

/** The releases of the application, of which one is chosen. */
export function ReleaseList({ releases, serving, chosen, choose }: ReleaseListProps) {
  return (
    <section class="panel part" aria-labelledby="releases-title">
      <h2 id="releases-title">Release</h2>
      {releases === undefined ? (
        <p class="soft part-empty">Loading …</p>
      ) : releases.length === 0 ? (
        <p class="soft part-empty">No active release fits. A release is made of a build, below.</p>
      ) : (
        <Table caption="Releases, the newest first" columns={['Version', 'Build', 'Made']}>
          {releases.map((release) => (
            <tr key={release.id}>
              <th scope="row">
                <label class="check choice">
                  <input
                    type="radio"
                    name="release"
                    checked={release.id === chosen}
                    onChange={() => choose(release)}
                  />
                  <span class="fixed">{release.semver}</span>
                  {release.semver === serving && <span class="soft">serves now</span>}
                </label>
              </th>
              <td>{release.build === null ? '–' : <BuildWords build={release.build} />}</td>
              <td>
                <Moment at={release.createdAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

/** A build by what people know of it: branch, commit, description. */
export function BuildWords({ build }: { build: BuildChoice }) {
  return (
    <>
      {build.branch !== null && `${build.branch} `}
      <span class="fixed">{build.commit.slice(0, 12)}</span>
      {build.description !== null && build.description !== '' && (
        <div class="soft build-words">{build.description}</div>
      )}
    </>
  );
}
