import './scope-page.css';
import { useRoute } from 'preact-iso/router';
import { useLive } from '../live.ts';
import { paced } from '../pace.ts';
import { CopyButton, PageTitle, ProblemNotice } from '../parts/index.ts';
import { type ScopeInstance, type ScopeView, watchScope } from '../scope-api.ts';
import { HistoryPanel } from './history-panel.tsx';
import { InstancesPanel } from './instances-panel.tsx';
import { MeasuresPanel } from './measures-panel.tsx';
import { MessagesPanel } from './messages-panel.tsx';
import { RolloutPanel } from './rollout-panel.tsx';
import { StateBadge } from './state-badge.tsx';
import { instanceName, scopeWords } from './words.ts';

/** One scope, live: its address, the split of its traffic, its instances, what they answer, and what was said of it. */
export function ScopePage() {
  const id = useRoute().params.id ?? '';
  const live = useLive<ScopeView>(id, async (show, signal) => {
    const draw = paced(200, show);
    for await (const scope of watchScope(id, signal)) draw(scope);
    draw.flush();
  });
  if (live.data === undefined) {
    return (
      <div class="page">
        <PageTitle>Scope</PageTitle>
        {live.problem === undefined ? (
          <p class="soft">Loading …</p>
        ) : (
          <ProblemNotice problem={live.problem} retry={live.refresh} />
        )}
      </div>
    );
  }
  const scope = live.data;
  return (
    <div class="page scope">
      <ScopeHead scope={scope} />
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      <RolloutPanel scope={scope} />
      <MeasuresPanel scope={scope} />
      <ScopeInstances scope={scope} />
      <MessagesPanel messages={scope.messages} />
      <HistoryPanel scopeId={scope.id} history={scope.history} />
    </div>
  );
}

/** The instances of both versions, the new one's first. */
function ScopeInstances({ scope }: { scope: ScopeView }) {
  const { active, inProgress } = scope;
  const isOld = ({ deploymentId }: ScopeInstance) => Number(deploymentId !== inProgress?.id);
  const instances = [...scope.instances].sort(
    (one, other) => isOld(one) - isOld(other) || instanceName(one).localeCompare(instanceName(other)),
  );
  const versionOf = ({ deploymentId }: ScopeInstance) => {
    if (deploymentId === inProgress?.id) return `${inProgress.semver}${active === null ? '' : ' (new)'}`;
    return active?.semver ?? '–';
  };
  const empty = active === null && inProgress === null ? 'None run: nothing is deployed here.' : 'None run.';
  return (
    <InstancesPanel
      instances={instances}
      problem={scope.instancesProblem}
      scopeId={scope.id}
      empty={empty}
      versionOf={versionOf}
    />
  );
}

function ScopeHead({ scope }: { scope: ScopeView }) {
  const dimensions = Object.entries(scope.dimensions);
  return (
    <header class="scope-head">
      <nav aria-label="Above">
        <a href="/console/scopes">All scopes</a>
      </nav>
      <div class="scope-head-line">
        <PageTitle title={`${scope.name} · ${scope.application.name}`}>
          {`${scope.application.name} · ${scope.name}`}
        </PageTitle>
        <StateBadge words={scopeWords(scope.status)} name={scope.status} />
      </div>
      <p class="scope-address">
        <a class="fixed" href={scope.address} target="_blank" rel="noreferrer">
          {scope.address}
          <span class="unseen"> (opens in a new tab)</span>
        </a>{' '}
        <CopyButton text={() => scope.address} label="Copy" name="the address" />
      </p>
      <ul class="scope-chips" aria-label="Properties">
        <li class="chip fixed">{scope.type}</li>
        {scope.hosts.map((host) => (
          <li key={host} class="chip">
            host {host}
          </li>
        ))}
        {dimensions.map(([name, value]) => (
          <li key={name} class="chip">
            {name}: {value}
          </li>
        ))}
      </ul>
    </header>
  );
}
