import './scope-page.css';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { useLive } from '../live.ts';
import { paced } from '../pace.ts';
import { CopyButton, PageTitle, ProblemNotice } from '../parts/index.ts';
import { type ScopeInstance, type ScopeView, watchScope } from '../scope-api.ts';
import { inOrder } from './crowd.ts';
import { HistoryPanel } from './history-panel.tsx';
import { InstancesPanel } from './instances-panel.tsx';
import { MeasuresPanel } from './measures-panel.tsx';
import { MessagesPanel } from './messages-panel.tsx';
import { RolloutPanel } from './rollout-panel.tsx';
import { StateBadge } from './state-badge.tsx';
import { noInstancesWords, scopeWords } from './words.ts';

/** So many hosts stand in the head of a page. */
const mostHosts = 6;

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

/** The hosts of the scope; of many, the first ones until somebody asks. */
function HostChips({ hosts }: { hosts: readonly string[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole || hosts.length <= mostHosts + 1 ? hosts : hosts.slice(0, mostHosts);
  return (
    <>
      {shown.map((host) => (
        <li key={host} class="chip">
          host {host}
        </li>
      ))}
      {shown.length < hosts.length && (
        <li>
          <button type="button" class="link" onClick={() => setWhole(true)}>
            and {hosts.length - shown.length} more hosts
          </button>
        </li>
      )}
    </>
  );
}

/** The instances of both versions. */
function ScopeInstances({ scope }: { scope: ScopeView }) {
  const { active, inProgress } = scope;
  const instances = inOrder(scope.instances, ({ deploymentId }) => deploymentId !== inProgress?.id);
  const versionOf = ({ deploymentId }: ScopeInstance) => {
    if (deploymentId === inProgress?.id) return `${inProgress.semver}${active === null ? '' : ' (new)'}`;
    return active?.semver ?? '–';
  };
  return (
    <InstancesPanel
      instances={instances}
      problem={scope.instancesProblem}
      scopeId={scope.id}
      empty={noInstancesWords(scope)}
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
        <HostChips hosts={scope.hosts} />
        {dimensions.map(([name, value]) => (
          <li key={name} class="chip">
            {name}: {value}
          </li>
        ))}
      </ul>
    </header>
  );
}
