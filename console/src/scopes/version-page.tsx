import './scope-page.css';
import './version-page.css';
import type { ComponentChildren } from 'preact';
import { useLocation, useRoute } from 'preact-iso/router';
import { useLive } from '../live.ts';
import { paced } from '../pace.ts';
import { Moment, PageTitle, ProblemNotice } from '../parts/index.ts';
import { type DeploymentView, watchDeployment } from '../scope-deployment-api.ts';
import { ActionsPanel } from './actions-panel.tsx';
import { inOrder } from './crowd.ts';
import { InstancesPanel } from './instances-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { MessagesPanel } from './messages-panel.tsx';
import { StateBadge } from './state-badge.tsx';
import { approvalWords, deploymentWords, strategyWords } from './words.ts';

/** One deployment of a scope, live or past: what was done and said, its instances, and what they wrote. */
export function VersionPage() {
  const { id = '', deployment: deploymentId = '' } = useRoute().params;
  const { query, path, route } = useLocation();
  const live = useLive<DeploymentView>(deploymentId, async (show, signal) => {
    const draw = paced(200, show);
    for await (const deployment of watchDeployment(deploymentId, signal)) draw(deployment);
    draw.flush();
  });
  const deployment = live.data;
  if (deployment === undefined) {
    return (
      <div class="page">
        <PageTitle>Deployment</PageTitle>
        {live.problem === undefined ? (
          <p class="soft">Loading …</p>
        ) : (
          <ProblemNotice problem={live.problem} retry={live.refresh} />
        )}
        <p>
          <a href={`/console/scopes/${id}`}>To the scope</a>
        </p>
      </div>
    );
  }
  const wish = { instance: query.instance ?? '', find: query.find ?? '' };
  const choose = (part: Partial<typeof wish>) => {
    const given = Object.entries({ ...wish, ...part }).filter(([, value]) => value !== '');
    route(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`, true);
  };
  return (
    <div class="page version">
      <VersionHead deployment={deployment} />
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      <LogPanel deployment={deployment} wish={wish} choose={choose} />
      <InstancesPanel
        instances={inOrder(deployment.instances)}
        problem={deployment.instancesProblem}
        scopeId={deployment.scope.id}
        empty={
          deployment.isActive || deployment.isInProgress
            ? 'None run.'
            : 'None are remembered: they are for a day after they ended, as is what they wrote.'
        }
      />
      <MessagesPanel messages={deployment.messages} />
      <ActionsPanel actions={deployment.actions} />
    </div>
  );
}

function VersionHead({ deployment }: { deployment: DeploymentView }) {
  const { scope, application, semver, status, build, approval, description } = deployment;
  return (
    <header class="scope-head">
      <nav aria-label="Above">
        <a href={`/console/scopes/${scope.id}`}>
          {application.name} · {scope.name}
        </a>
      </nav>
      <div class="scope-head-line">
        <PageTitle title={`${semver} in ${scope.name}`}>{`Deployment of ${semver}`}</PageTitle>
        <StateBadge words={deploymentWords(status)} name={status} />
        {deployment.isActive && <span class="soft">serves the scope</span>}
        {status === 'finalized' && !deployment.isActive && <span class="soft">does not serve any more</span>}
      </div>
      {description !== null && description !== '' && <p class="version-words">{description}</p>}
      <dl class="facts">
        <Fact name="Id">
          <span class="fixed">{deployment.id}</span>
        </Fact>
        {build !== null && (
          <Fact name="Build">
            <span class="fixed">{build.commit.slice(0, 12)}</span>
            {build.branch !== null && ` of ${build.branch}`}
          </Fact>
        )}
        <Fact name="Asked">
          <Moment at={deployment.createdAt} inFull />
          {deployment.askedBy !== null && ` by ${deployment.askedBy}`}
        </Fact>
        <Fact name="Last change">
          <Moment at={deployment.changedAt} inFull />
        </Fact>
        <Fact name="Strategy">{strategyWords(deployment, { approval, plan: deployment.plan })}</Fact>
        {approval !== null && (
          <Fact name="Approval">
            {approvalWords(approval)}
            {approval.decidedBy !== null && ` by ${approval.decidedBy}`}
          </Fact>
        )}
      </dl>
    </header>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
