import './deploy-page.css';
import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso/router';
import { type Choices, choices, deploy, type ReleaseChoice } from '../deploy-api.ts';
import { usePolled } from '../live.ts';
import { PageTitle, ProblemNotice, Words } from '../parts/index.ts';
import { type Problem, problemOf } from '../request.ts';
import { readScope, type ScopeView } from '../scope-api.ts';
import { BuildList } from './build-list.tsx';
import { HowForm } from './how-form.tsx';
import { ReleaseList } from './release-list.tsx';
import { firstWish, newDeployment } from './wish.ts';

/** Chooses what is deployed to a scope, makes a release of a build where there is none yet, and starts the deployment. */
export function DeployPage() {
  const id = useRoute().params.id ?? '';
  const [text, setText] = useState('');
  const scope = usePolled(`scope ${id}`, 5000, (signal) => readScope(id, signal));
  const found = usePolled(`choices ${id} ${text}`, 5000, (signal) => choices(id, text.trim(), signal));
  const problem = scope.problem ?? found.problem;
  return (
    <div class="page deploy">
      <nav class="above" aria-label="Above">
        <a href="/console/scopes">All scopes</a>
        <a href={`/console/scopes/${id}`}>
          {scope.data === undefined ? 'The scope' : `${scope.data.application.name} · ${scope.data.name}`}
        </a>
      </nav>
      <PageTitle>Deploy a release</PageTitle>
      {problem !== undefined && (
        <ProblemNotice
          problem={problem}
          retry={() => {
            scope.refresh();
            found.refresh();
          }}
        />
      )}
      {scope.data !== undefined && (
        <DeployForm
          scope={scope.data}
          found={found.data}
          text={text}
          search={setText}
          refresh={found.refresh}
        />
      )}
    </div>
  );
}

interface DeployFormProps {
  readonly scope: ScopeView;
  /** Undefined while what is searched for is on its way. */
  readonly found: Choices | undefined;
  readonly text: string;
  readonly search: (text: string) => void;
  readonly refresh: () => void;
}

function DeployForm({ scope, found, text, search, refresh }: DeployFormProps) {
  const { route } = useLocation();
  const [release, setRelease] = useState<ReleaseChoice>();
  const [wish, setWish] = useState(firstWish);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const hindrance = hindranceOf(scope, found);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy || release === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await deploy(scope.id, newDeployment(release, wish));
      route(`/console/scopes/${scope.id}`);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <>
      {hindrance !== undefined && <p class="notice bad">{hindrance}</p>}
      {hindrance === undefined && found?.policy?.decision === 'manual' && (
        <p class="notice">
          The policy {found.policy.name} asks for an approval: the deployment waits until somebody approves
          and starts it.
        </p>
      )}
      <search aria-label="Releases and builds">
        <Words label="Find" value={text} placeholder="Version, branch or commit" set={search} />
      </search>
      <form class="deploy-form" onSubmit={submit}>
        <ReleaseList
          releases={found?.releases}
          serving={scope.active?.semver}
          chosen={release?.id}
          choose={setRelease}
        />
        {release !== undefined && (
          <HowForm
            wish={wish}
            set={setWish}
            release={release}
            old={scope.active?.semver}
            strategies={found?.strategies ?? []}
            usualAsset={found?.assetName ?? null}
          />
        )}
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <div class="actions">
          <button
            type="submit"
            class="button first"
            disabled={release === undefined || hindrance !== undefined}
            aria-disabled={isBusy}
          >
            {release === undefined ? 'Deploy' : `Deploy ${release.semver}`}
          </button>
          <a class="button" href={`/console/scopes/${scope.id}`}>
            Back
          </a>
        </div>
      </form>
      <BuildList
        builds={found?.builds}
        nextSemver={found?.nextSemver ?? ''}
        mayRelease={scope.mayRelease}
        made={(made, build) => {
          setRelease({ ...made, createdAt: Date.now(), build });
          refresh();
        }}
      />
    </>
  );
}

/** Why nothing can be deployed to the scope now; undefined when something can. */
function hindranceOf(scope: ScopeView, found: Choices | undefined): string | undefined {
  if (!scope.mayDeploy) {
    return 'You may look at this scope, but not deploy to it: it takes a role like developer or admin.';
  }
  if (scope.inProgress !== null) {
    return `${scope.inProgress.semver} is rolled out here now: finalise or cancel it first.`;
  }
  if (found?.policy?.decision === 'deny') {
    return `The policy ${found.policy.name} denies every deployment to this scope.`;
  }
  return undefined;
}
