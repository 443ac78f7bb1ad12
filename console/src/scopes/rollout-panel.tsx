import { Moment } from '../parts/index.ts';
import type { ScopeView } from '../scope-api.ts';
import { ApprovalPanel } from './approval-panel.tsx';
import { QuietPanel } from './quiet-panel.tsx';
import { RolloutEnds } from './rollout-ends.tsx';
import { ShareSlider } from './share-slider.tsx';
import { StateBadge } from './state-badge.tsx';
import { approvalWords, deploymentWords, strategyWords } from './words.ts';

/** The deployment that is rolled out: how it stands, where the traffic goes, and the ways to end it. */
export function RolloutPanel({ scope }: { scope: ScopeView }) {
  const version = scope.inProgress;
  if (version === null) return <QuietPanel scope={scope} />;
  const { active, guidance } = scope;
  const approval = guidance?.approval ?? null;
  const isAsking = version.status === 'creating_approval';
  return (
    <section class="panel rollout" aria-labelledby="rollout-title">
      <div class="rollout-head">
        <h2 id="rollout-title">
          Rollout of <span class="fixed">{version.semver}</span>
        </h2>
        <StateBadge words={deploymentWords(version.status)} name={version.status} />
        {/* Of this rollout only: a question that is open must not be answered for the next one. */}
        {scope.mayDeploy && <RolloutEnds key={version.id} version={version} active={active} />}
      </div>
      {isAsking && approval !== null ? (
        <ApprovalPanel key={version.id} approval={approval} version={version} scope={scope.name} />
      ) : active === null ? (
        <p>This version takes all traffic as soon as its instances are healthy.</p>
      ) : (
        <ShareSlider key={version.id} version={version} old={active} mayDeploy={scope.mayDeploy} />
      )}
      <dl class="facts">
        <div>
          <dt>Deployment</dt>
          <dd class="fixed">
            <a href={`/console/scopes/${scope.id}/deployments/${version.id}`}>{version.id}</a>
          </dd>
        </div>
        <div>
          <dt>Strategy</dt>
          <dd>{strategyWords(version, guidance)}</dd>
        </div>
        {approval !== null && (
          <div>
            <dt>Approval</dt>
            <dd>{approvalWords(approval)}</dd>
          </div>
        )}
        {version.wantedInstances > 0 && (
          <div>
            <dt>Instances</dt>
            <dd>
              {version.healthyInstances} of {version.wantedInstances} healthy
            </dd>
          </div>
        )}
        <div>
          <dt>Asked</dt>
          <dd>
            <Moment at={version.createdAt} />
          </dd>
        </div>
        {version.description !== null && version.description !== '' && (
          <div>
            <dt>Description</dt>
            <dd>{version.description}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
